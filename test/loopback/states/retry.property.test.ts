import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRetrier, delayMs } from '../../../loopback/states/retry.ts';
import type { Answers } from './play.ts';
import { fails, machine, play, tasksOf } from './play.ts';

const retrier = fc.record({
  IntervalSeconds: fc.integer({ min: 1, max: 100 }),
  BackoffRate: fc.double({ min: 1, max: 5, noNaN: true }),
  MaxDelaySeconds: fc.integer({ min: 101, max: 1000 }),
});

describe('delays between retries', () => {
  test('never shrink, and never pass the cap', () => {
    fc.assert(
      fc.property(retrier, fc.integer({ min: 0, max: 30 }), (raw, attempt) => {
        const compiled = compileRetrier({ ErrorEquals: ['E'], ...raw });
        const [one, next] = [delayMs(compiled, attempt, Math.random), delayMs(compiled, attempt + 1, Math.random)];

        expect(next).toBeGreaterThanOrEqual(one);
        expect(next).toBeLessThanOrEqual(raw.MaxDelaySeconds * 1000);
      }),
    );
  });

  test('with full jitter are anything up to the delay without', () => {
    fc.assert(
      fc.property(retrier, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (raw, random) => {
        const plain = delayMs(compileRetrier({ ErrorEquals: ['E'], ...raw }), 2, () => random);
        const jittered = delayMs(
          compileRetrier({ ErrorEquals: ['E'], JitterStrategy: 'FULL', ...raw }),
          2,
          () => random,
        );

        expect(jittered).toBeCloseTo(plain * random, 6);
      }),
    );
  });
});

describe('retries', () => {
  test('are as many as MaxAttempts, of each retrier, then none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 4 }), fc.nat({ max: 4 }), async (first, second) => {
        const answers: Answers = Array.from({ length: 20 }, (_, turn) => fails(turn % 2 === 0 ? 'A' : 'B'));
        const states = {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sns:publish',
            Retry: [
              { ErrorEquals: ['A'], MaxAttempts: first },
              { ErrorEquals: ['B'], MaxAttempts: second },
            ],
            End: true,
          },
        };

        const { events } = await play(machine(states), { tasks: tasksOf(answers) });

        // A and B take turns: whichever is used up first ends it.
        const attempts = first <= second ? 2 * first + 1 : 2 * second + 2;
        expect(events.filter(({ type }) => type === 'TaskScheduled')).toHaveLength(attempts);
      }),
      { numRuns: 25 },
    );
  });

  test('wait for their interval, which grows', async () => {
    const states = {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sns:publish',
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10 }],
        End: true,
      },
    };

    const { events } = await play(machine(states), { tasks: tasksOf([fails('E')]) });

    const scheduled = events.filter(({ type }) => type === 'TaskScheduled').map(({ timestamp }) => Number(timestamp));
    expect(scheduled.map((at) => at - (scheduled[0] ?? 0))).toEqual([0, 2000, 8000, 18_000]);
  });
});
