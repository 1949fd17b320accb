import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An import that a page tells people to write. */
export interface DocumentedImport {
  readonly page: string;
  /** Values and types, without `type`. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly from: string;
}

/** Those of README and `docs/` whose package is called after Understudy, under whatever name: a wrong one must be seen too. */
export async function documentedImports(): Promise<readonly DocumentedImport[]> {
  const pages = (await readdir('docs', { recursive: true })).filter((page) => page.endsWith('.md'));
  const texts = ['README.md', ...pages.map((page) => join('docs', page))].map(async (page) =>
    [...(await readFile(page, 'utf8')).matchAll(importOfOurs)].map(
      ([, isType, list = '', from = '']): DocumentedImport => {
        const written = list.split(',').flatMap((each) => each.trim() || []);
        const bare = (name: string) => name.replace(/^type /, '');
        return {
          page,
          names: written.map(bare),
          values: isType === undefined ? written.filter((name) => name === bare(name)) : [],
          from,
        };
      },
    ),
  );
  return (await Promise.all(texts)).flat();
}

const importOfOurs = /^ *import (type )?\{([^}]*)\} from '(understudy[^']*)';/gm;
