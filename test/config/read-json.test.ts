import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadFailover } from '../../config/load.ts';
import { decode, readJson } from '../../config/read-json.ts';
import { exampleWith } from '../support/configuration.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-json-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bom = '\ufeff';
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

/** As editors and shells save it. */
const forms: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a byte order mark': (text) => Buffer.from(bom + text),
  'UTF-16, as Windows PowerShell writes with >': (text) => Buffer.from(bom + text, 'utf16le'),
  'UTF-16 the other way round': (text) => swapped(bom + text),
  'UTF-16 without a mark': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16 the other way round without a mark': (text) => swapped(text),
};

describe.each(Object.entries(forms))('JSON in %s', (_, saved) => {
  test('is read, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (text) => {
        expect(JSON.parse(decode(saved(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('may be the configuration', async () => {
    const file = join(folder, 'config.json');
    await writeFile(file, saved(JSON.stringify(exampleWith({}), null, 2)));

    expect((await loadFailover(file)).account).toBe('123456789012');
  });
});

test.each([
  ['an empty file', '', 'cannot be read: it is empty'],
  ['a mark and nothing else', bom, 'cannot be read: it is empty'],
  ['something else', '<html>hunter2', 'cannot be read as JSON'],
])('%s is refused with what it is, and nothing of it is quoted', async (_, text, says) => {
  const file = join(folder, 'bad.json');
  await writeFile(file, text);

  await expect(readJson(file)).rejects.toThrow(new RegExp(`^${says}$`));
});

test('warnings are told once each, with the file and the path', async () => {
  const file = join(folder, 'strange.json');
  await writeFile(file, JSON.stringify(exampleWith({ 'observers[2]': 'ca-centrl-1' })));
  const told: string[] = [];

  await loadFailover(file, { warn: (warning) => told.push(warning) });

  expect(told).toEqual([
    `${file}: warning: observers[2] is ca-centrl-1, a region that is not known here; did you mean ca-central-1?`,
  ]);
});
