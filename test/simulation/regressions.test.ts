import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allCheckers } from '../../simulation/invariants/invariants.ts';
import type { Plan } from '../../simulation/plan.ts';
import { simulate } from '../../simulation/simulate.ts';

/*
 * What soaks found, cut down to what it takes, as `npm run soak` leaves it in out/soak: seeds mean other stories once there are more
 * faults to draw from, and these stay what they are.
 */

const folder = 'simulation/regressions';

interface Regression {
  readonly breaks: string;
  readonly plan: Plan;
}

test.each(readdirSync(folder))('%s breaks nothing any more', async (file) => {
  const { plan } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Regression;

  const { violations } = await simulate(plan, { checkers: allCheckers });

  expect(violations).toEqual([]);
});
