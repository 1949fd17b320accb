import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../loopback/states/json.ts';
import { machine, play } from './play.ts';

const waits = fc.array(fc.nat({ max: 9 }), { maxLength: 12 });

describe('Map', () => {
  test('gives the results in the order of the items, however long each takes', async () => {
    await fc.assert(
      fc.asyncProperty(waits, fc.nat({ max: 5 }), async (items, MaxConcurrency) => {
        const { outcome } = await play(mapOver(items, MaxConcurrency));

        expect(outcome).toMatchObject({ output: { value: items } });
      }),
      { numRuns: 25 },
    );
  });

  test('never runs more iterations at a time than MaxConcurrency', async () => {
    await fc.assert(
      fc.asyncProperty(waits, fc.integer({ min: 1, max: 5 }), async (items, MaxConcurrency) => {
        const { events } = await play(mapOver(items, MaxConcurrency));

        let running = 0;
        for (const { type } of events) {
          if (type === 'MapIterationStarted') running++;
          if (type === 'MapIterationSucceeded') running--;
          expect(running).toBeLessThanOrEqual(MaxConcurrency);
        }
      }),
      { numRuns: 25 },
    );
  });

  const mapOver = (items: readonly Json[], MaxConcurrency: number) =>
    machine({
      M: {
        Type: 'Map',
        Items: items,
        MaxConcurrency,
        ItemProcessor: { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: '{% $states.input %}', End: true } } },
        End: true,
      },
    });
});

describe('every history', () => {
  test('has ids in order, each behind an earlier one, and is the same in every run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(waits, { minLength: 1, maxLength: 4 }), async (branches) => {
        const parallel = machine({
          P: {
            Type: 'Parallel',
            Branches: branches.map((seconds, branch) => waitingBranch(branch, seconds)),
            End: true,
          },
        });

        const { events } = await play(parallel);
        const again = await play(parallel);

        for (const [index, { id, previousEventId }] of events.entries()) {
          expect(id).toBe(index + 1);
          expect(previousEventId).toBeLessThan(id as number);
        }
        expect(again.events).toEqual(events);
      }),
      { numRuns: 15 },
    );
  });

  const waitingBranch = (branch: number, seconds: readonly number[]) => {
    const names = [...seconds.keys(), seconds.length].map((n) => `${branch}-${n}`);
    const states = names.map((name, n) => [
      name,
      n === seconds.length
        ? { Type: 'Succeed', Output: '{% $states.input %}' }
        : { Type: 'Wait', Seconds: `{% ${seconds[n]} %}`, Next: names[n + 1] },
    ]);
    return { StartAt: names[0], States: Object.fromEntries(states) };
  };
});
