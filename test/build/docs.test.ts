import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { failoverPage } from '../../build/docs.ts';

test('docs/failover.md shows the machine as it is', async () => {
  expect(await readFile('docs/failover.md', 'utf8')).toBe(failoverPage());
});
