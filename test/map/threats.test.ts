import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { functionTimeoutSeconds } from '../../deployment/steps.ts';

const page = (await readFile('docs/threat-model.md', 'utf8')).replaceAll(/\s+/g, ' ');

/** `test/a.test.ts`: "a fact", "another" */
const cited = [...page.matchAll(/`(test\/[\w./-]+\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(
  ([, file = '', facts = '']) => [...facts.matchAll(/"([^"]+)"/g)].map(([, fact = '']) => ({ file, fact })),
);

test.each(cited)('the threat model names a test that there is: $file: $fact', async ({ file, fact }) => {
  expect(await readFile(file, 'utf8')).toContain(fact);
});

test('every threat has a test or a statement of IAM', () => {
  const rows = page.split('| **').slice(1);

  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) expect(row).toMatch(/`test\/[\w./-]+\.ts`: "|IAM: `/);
});

test('what the fencing page says of functions that write is so', async () => {
  const safety = await readFile('docs/safety.md', 'utf8');

  expect(safety.replaceAll(/\s+/g, ' ')).toContain(`Rollback, which looks first, ${functionTimeoutSeconds.rollback} s`);
  expect(safety.replaceAll(/\s+/g, ' ')).toContain(`stops them ${functionTimeoutSeconds.shift} s after they began`);
});
