import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const files = readdirSync('loopback', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|mjs)$/.test(name))
  .map((name) => join('loopback', name));

/** Whatever is written as a relative path: imports, and files that are started as threads. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/['"`](\.{1,2}\/[^'"`\s]*)['"`]/g)].map(([, path]) => path ?? '');

describe('loopback stands alone', () => {
  test.each(files)('%s names no file outside the folder, and no product', (file) => {
    const text = readFileSync(file, 'utf8');
    const outside = pathsIn(text).filter((path) => relative('loopback', resolve(dirname(file), path)).startsWith('..'));
    expect(outside).toEqual([]);
    expect(text.match(/understudy/gi) ?? []).toEqual([]);
  });

  test('there is something to judge', () => expect(files.length).toBeGreaterThan(150));
});
