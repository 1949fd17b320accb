import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { replaceFolder } from '../../build/replace-folder.ts';

const now = Date.parse('2026-01-02T03:04:05Z');

async function place() {
  const parent = await mkdtemp(join(tmpdir(), 'understudy-replace-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, 'dist');
  return { parent, folder, read: () => readFile(join(folder, 'file'), 'utf8') };
}

const writing = (text: string) => async (folder: string) => {
  await writeFile(join(folder, 'file'), text);
};

test('the old folder is there and whole until the new one takes its place', async () => {
  const { parent, folder, read } = await place();
  await replaceFolder(folder, now, writing('old'));

  await replaceFolder(folder, now, async (next) => {
    await writing('new')(next);
    expect(await read()).toBe('old');
  });

  expect(await read()).toBe('new');
  expect(await readdir(parent)).toEqual(['dist']);
});

test('what cannot be written leaves the old folder as it was, and nothing beside it', async () => {
  const { parent, folder, read } = await place();
  await replaceFolder(folder, now, writing('old'));

  const failing = replaceFolder(folder, now, async (next) => {
    await writing('half')(next);
    throw new Error('a source does not parse');
  });

  await expect(failing).rejects.toThrow('a source does not parse');
  expect(await read()).toBe('old');
  expect(await readdir(parent)).toEqual(['dist']);
});

test('of builds at the same time each ends well, and one of them is what is there', async () => {
  const { parent, folder, read } = await place();

  await Promise.all(['a', 'b', 'c'].map((text) => replaceFolder(folder, now, writing(text))));

  expect(['a', 'b', 'c']).toContain(await read());
  expect(await readdir(parent)).toEqual(['dist']);
});

test('what an interrupted build left an hour ago is taken away, what may still run is not', async () => {
  const { parent, folder } = await place();
  for (const [name, ageMs] of [
    ['.dist-gone', 3_700_000],
    ['.dist-running', 60_000],
  ] as const) {
    await mkdir(join(parent, name));
    await utimes(join(parent, name), (now - ageMs) / 1000, (now - ageMs) / 1000);
  }

  await replaceFolder(folder, now, writing('new'));

  expect((await readdir(parent)).sort()).toEqual(['.dist-running', 'dist']);
});
