import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { configurationPage, options } from '../../build/configuration-page.ts';
import { inputTypes } from '../../build/input-types.ts';
import { memberComments } from '../../build/member-comments.ts';
import { optionsOf } from '../../build/options.ts';

const again = 'else run: node build/configuration-page.ts';

test(`docs/configuration.md says what the schema takes and what core says of it; ${again}`, async () => {
  expect(await readFile('docs/configuration.md', 'utf8')).toBe(configurationPage());
});

test(`an editor shows the same over understudy.config.ts; ${again}`, async () => {
  expect(await readFile('config/failover-input.ts', 'utf8')).toBe(inputTypes(options()));
});

test.each([
  ['`dwellMs`', 'milliseconds', '`10000` (10 s)', 'at most half an hour', 'How long the source must have been bad'],
  ['`quorum`', 'number', '', 'at least 2: one witness is no quorum', 'a majority of those that watch'],
  ['`brownOut.share`', 'number', '`0.4`', 'at least 0.1: a smaller share cannot be told from chance', 'bad probes'],
  ['`controlTarget.url`', 'text', '**required**', 'http(s) URL', 'no path is appended'],
  ['`hostedZone.aliases.<region>.zoneId`', 'text', '**required**', 'the id of a hosted zone', 'AWS owns'],
])('%s has a row with all that is known of it', (option, ...cells) => {
  const row = configurationPage()
    .split('\n')
    .find((line) => line.startsWith(`| ${option} |`));

  for (const cell of cells) expect(row).toContain(cell);
});

test('a member of which core says nothing is refused, and one that core does not know', () => {
  const core = memberComments([fileURLToPath(new URL('../../core/plan.ts', import.meta.url))]);
  const step = z.object({ weights: z.number() });

  expect(() => optionsOf(step, 'PlanStep', core)).toThrow('PlanStep.weights: core says nothing of it');
  expect(() => optionsOf(step.extend({ colour: z.string() }), 'PlanStep', core)).toThrow(
    'no PlanStep of core has the members weights, colour',
  );
});
