import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { invariants } from '../../simulation/invariants/invariants.ts';

const page = readFileSync('docs/safety.md', 'utf8');

test('every invariant has its row on the page, word for word', () => {
  const missing = invariants.filter(
    ({ name, kind, sentence }) => !page.includes(`| \`${name}\` | ${kind} | ${sentence} |`),
  );

  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('every scenario is told on the page', () => {
  expect(readdirSync('simulation/scenarios').filter((file) => !page.includes(`scenarios/${file})`))).toEqual([]);
});
