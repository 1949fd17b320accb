import { expect, test } from 'vitest';
import { home, standby } from '../../simulation/failover.ts';
import { allCheckers } from '../../simulation/invariants/invariants.ts';
import type { Plan } from '../../simulation/plan.ts';
import { simulate } from '../../simulation/simulate.ts';
import { heardMessages } from '../../simulation/world/heard.ts';

const minuteMs = 60_000;
const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

/** Half an hour in which so many of the answers of the home region are errors. */
const brownOut = (percent: number, seed: number, writes: boolean): Plan => ({
  name: `${percent} %`,
  seed,
  lever: 'kvs',
  regions: 2,
  writes,
  policy: {},
  hooks: [],
  items: [{ atMs: 30_000, forMs: 30 * minuteMs, fault: { fault: 'api-errors', region: home, percent } }],
  forMs: 32 * minuteMs,
});

async function played(percent: number, seed: number, writes: boolean) {
  let heard = 0;
  const isHeard = heardMessages();
  const { world, violations } = await simulate(brownOut(percent, seed, writes), {
    checkers: allCheckers,
    onlookers: [
      (seen) => {
        if (isHeard(seen) !== null) heard++;
      },
    ],
  });
  return { isMoved: (world.leverState().weights[standby] ?? 0) > 0, isHeard: heard > 0, violations };
}

const all = (percent: number, writes = false) => Promise.all(seeds.map((seed) => played(percent, seed, writes)));

test.each([10, 20, 30])(
  '%i % of errors, less than the policy leaves a region for, move nothing in any story',
  async (percent) => {
    const stories = await all(percent);

    expect(stories.map(({ isMoved }) => isMoved)).toEqual(seeds.map(() => false));
    // From half of the policy's share on people hear of it, in every one.
    if (percent >= 20) expect(stories.map(({ isHeard }) => isHeard)).toEqual(seeds.map(() => true));
    expect(stories.flatMap(({ violations }) => violations)).toEqual([]);
  },
  120_000,
);

test.each([40, 50, 60])(
  '%i % of errors, what the policy leaves a region for or more, move in every story',
  async (percent) => {
    const stories = await all(percent);

    expect(stories.map(({ isMoved }) => isMoved)).toEqual(seeds.map(() => true));
    expect(stories.map(({ isHeard }) => isHeard)).toEqual(seeds.map(() => true));
    expect(stories.flatMap(({ violations }) => violations)).toEqual([]);
  },
  120_000,
);

test('30 % of errors move nothing either where reads and writes are asked and both fail by chance', async () => {
  const stories = await all(30, true);

  expect(stories.map(({ isMoved }) => isMoved)).toEqual(seeds.map(() => false));
  expect(stories.flatMap(({ violations }) => violations)).toEqual([]);
}, 120_000);
