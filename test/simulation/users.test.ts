import { expect, test } from 'vitest';
import { drawPlan } from '../../simulation/draw.ts';
import { freshSeed } from '../../simulation/fresh-seed.ts';
import { allCheckers } from '../../simulation/invariants/invariants.ts';
import { usersHabits } from '../../simulation/plan.ts';
import { simulate } from '../../simulation/simulate.ts';

const first = freshSeed();

test.each(usersHabits)(
  `alarms on what users see that are %s break no invariant in 25 stories from ${first} on`,
  async (users) => {
    for (let seed = first; seed < first + 25; seed++) {
      const { violations } = await simulate({ ...drawPlan(seed), users }, { checkers: allCheckers });
      expect(violations, `seed ${seed}`).toEqual([]);
    }
  },
  300_000,
);
