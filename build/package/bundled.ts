import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package that is in files of ours. */
export interface BundledPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** As SPDX names it. */
  readonly license: string;
}

/** What may be brought along to anybody, with its notice. */
const permissive: ReadonlySet<string> = new Set([
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
]);

/** By name, from what esbuild says of all files. Throws where one has a licence that asks for more than its notice, or none. */
export async function bundledPackages(built: readonly Metafile[]): Promise<readonly BundledPackage[]> {
  const folders = built
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  const packages = await Promise.all([...new Set(folders)].toSorted().map(packageIn));
  const others = packages.filter(({ license }) => !permissive.has(license));
  if (others.length === 0) return packages;
  const list = others.map(({ name, version, license }) => `${name} ${version} (${license || 'none named'})`).join(', ');
  throw new Error(`packages whose licence is not known to let them be brought along: ${list}`);
}

async function packageIn(folder: string): Promise<BundledPackage> {
  const { name, version, license, licenses } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    // Old packages say more than a name, or say it in a list.
    readonly license?: string | { readonly type: string };
    readonly licenses?: readonly { readonly type: string }[];
  };
  const named = license ?? licenses?.[0];
  return { folder, name, version, license: (typeof named === 'string' ? named : named?.type) ?? '' };
}
