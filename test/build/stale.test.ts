import { mkdtemp, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isStale } from '../../build/stale.ts';

async function stampOf(atMs: number): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'understudy-stamp-')), 'complete');
  await writeFile(file, '');
  await utimes(file, atMs / 1000, atMs / 1000);
  return file;
}

test('what was never built is stale', async () => {
  expect(await isStale('/nowhere/complete')).toBe(true);
});

test('a build older than a source is stale, one younger than all of them is not', async () => {
  expect(await isStale(await stampOf(0))).toBe(true);
  expect(await isStale(await stampOf(Date.now() + 3_600_000))).toBe(false);
});
