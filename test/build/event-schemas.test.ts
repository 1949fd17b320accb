import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { eventSchemaFiles } from '../../build/event-schemas.ts';

test('schemas/ holds what events are made of, and nothing else; else run: node build/event-schemas.ts', async () => {
  const files = Object.entries(eventSchemaFiles());

  for (const [file, text] of files) expect(await readFile(`schemas/${file}`, 'utf8')).toBe(text);
  expect((await readdir('schemas')).sort()).toEqual(files.map(([file]) => file).sort());
});
