import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Every source file that can be part of a function or a command. */
async function sources(): Promise<readonly string[]> {
  const found = await Promise.all(
    ['handlers', 'cli', 'synthetics'].map(async (folder) =>
      (await readdir(folder, { recursive: true }))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(folder, name)),
    ),
  );
  return found.flat();
}

test('every client of AWS is made where its calls get their deadline', async () => {
  const files = await Promise.all(
    (await sources()).map(async (file) => ({ file, text: await readFile(file, 'utf8') })),
  );
  const making = files.filter(({ text }) => /\bnew (?!Web)\w+Client\(/.test(text));

  expect(making.length).toBeGreaterThan(5);
  for (const { file, text } of making) {
    const clients = text.match(/\bnew (?!Web)\w+Client\(/g) ?? [];
    expect({ file, deadlines: text.match(/\bawsClient\(/g)?.length }).toEqual({ file, deadlines: clients.length });
  }
});

test('every request over fetch has a deadline', async () => {
  for (const file of await sources()) {
    const text = await readFile(file, 'utf8');
    const requests = text.match(/\bfetch\(/g) ?? [];
    if (requests.length > 0) expect({ file, signals: text.includes('signal') }).toEqual({ file, signals: true });
  }
});
