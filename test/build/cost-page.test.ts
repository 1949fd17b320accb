import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { costPage } from '../../build/cost-page.ts';

test('docs/cost.md is what the configuration and the prices say; else run: node build/cost-page.ts', async () => {
  expect(await readFile('docs/cost.md', 'utf8')).toBe(costPage());
});
