import { expect, test } from 'vitest';
import type { StepName } from '../../deployment/names.ts';
import { home } from '../../simulation/failover.ts';
import { allCheckers } from '../../simulation/invariants/invariants.ts';
import type { Plan } from '../../simulation/plan.ts';
import { type Simulated, simulate } from '../../simulation/simulate.ts';

/*
 * A function may die between any two effects. Every one of them is tried, in a plain recovery and in one that has to be
 * undone: with the retries of the machine the end must be the one that it would have been.
 */

/** Callers follow a beacon after minutes: a look now and then is enough. */
const verify = {
  kvs: { timeoutMs: 20_000, intervalMs: 2_000, consecutive: 2 },
  arc: { timeoutMs: 20_000, intervalMs: 2_000, consecutive: 2 },
  beacon: { timeoutMs: 240_000, intervalMs: 30_000, consecutive: 2 },
} as const satisfies Record<Plan['lever'], object>;

const lost = (lever: Plan['lever']): Plan => ({
  name: 'lost',
  seed: 3,
  lever,
  regions: 2,
  policy: { verify: verify[lever] },
  hooks: ['prepare'],
  items: [{ atMs: 5_000, fault: { fault: 'api-dark', region: home } }],
  // Long enough for the first run to begin; what is under way then ends.
  forMs: 60_000,
});

const undone = (lever: Plan['lever']): Plan => ({
  ...lost(lever),
  items: [...lost(lever).items, { atMs: 0, after: 'first-write', fault: { fault: 'front-door-down' } }],
});

const stepsTried: readonly StepName[] = [
  'admit',
  'assess',
  'announce',
  'prepare',
  'shift',
  'verify',
  'rollback',
  'conclude',
];

/** What counts of an end: how the first run ended, who serves under which epoch, and what automation may do. Looks may come after. */
function endOf({ world }: Simulated, ending: string): object {
  const { armed, lease } = world.table.record('orders') ?? {};
  return { ending, lever: world.leverState(), armed, lease };
}

async function play(plan: Plan): Promise<{ end: object; effects: number; violations: readonly object[] }> {
  let ending = '';
  const simulated = await simulate(plan, {
    checkers: allCheckers,
    onlookers: [
      (seen) => {
        if (seen.kind === 'ended' && seen.state !== 'Refused' && ending === '') ending = seen.state ?? seen.status;
      },
    ],
  });
  return { end: endOf(simulated, ending), effects: simulated.hits.get('kill') ?? 0, violations: simulated.violations };
}

test.each([
  ['a recovery by KeyValueStore', lost('kvs')],
  ['a recovery by ARC', lost('arc')],
  ['a recovery by beacon', lost('beacon')],
  ['a move that is undone, by KeyValueStore', undone('kvs')],
  ['a move that is undone, by ARC', undone('arc')],
  ['a move that is undone, by beacon', undone('beacon')],
])(
  '%s ends the same wherever a function dies',
  async (_, plan) => {
    const undisturbed = await play(plan);
    let killed = 0;

    for (const step of stepsTried) {
      for (const side of ['before', 'after'] as const) {
        // Until there is no such effect any more.
        for (let effect = 1; effect <= 40; effect++) {
          const kill = { fault: 'kill', step, nth: 1, effect, side } as const;
          const { end, effects, violations } = await play({
            ...plan,
            items: [...plan.items, { atMs: 0, fault: kill }],
          });
          if (effects === 0) break;
          killed++;
          expect(violations, `${side} effect ${effect} of ${step}`).toEqual([]);
          expect(end, `${side} effect ${effect} of ${step}`).toEqual(undisturbed.end);
        }
      }
    }

    // A test that kills nothing would pass as well.
    expect(killed).toBeGreaterThan(40);
  },
  60_000,
);
