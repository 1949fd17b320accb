import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fidelityPage } from '../../build/fidelity-page.ts';
import type { ServiceId } from '../../loopback/aws/service.ts';
import { fidelity } from '../../loopback/fidelity.ts';
import { startLoopback } from '../../loopback/loopback.ts';

test('docs/fidelity.md is what the table says; else run: node build/fidelity-page.ts', async () => {
  expect(await readFile('docs/fidelity.md', 'utf8')).toBe(await fidelityPage());
});

test('the table has the operations that are served, and no other', async () => {
  const loopback = await startLoopback({ account: '123456789012', tempo: 1 });
  const served = [...loopback.aws.operations].map(([id, names]): [ServiceId, string[]] => [id, names.toSorted()]);
  await loopback.close();
  const told = Object.entries(fidelity).map(([id, { operations }]) => [id, Object.keys(operations).toSorted()]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(served));
});

test('the tests that it names call the operation', async () => {
  for (const { operations } of Object.values(fidelity)) {
    for (const [name, { tests }] of Object.entries(operations)) {
      expect(tests, name).not.toEqual([]);
      for (const file of tests) {
        const text = await readFile(`test/loopback/${file}`, 'utf8');
        expect(text, `${name} in ${file}`).toMatch(new RegExp(`\\b(${name}(Command\\b|'|\\?|=|&)|${dashed(name)}')`));
      }
    }
  }
});

/** As AWS's command line has it. */
const dashed = (name: string) => name.replaceAll(/(?<=.)[A-Z]/g, '-$&').toLowerCase();
