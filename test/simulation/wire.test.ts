import { expect, test } from 'vitest';
import type { StepName } from '../../deployment/names.ts';
import { drawPlan } from '../../simulation/draw.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { StepFunction } from '../../simulation/world/functions.ts';

/*
 * The simulated machine hands the very values of one step to the next; Lambda would write them as JSON and read them again.
 * That makes no difference as long as they are what JSON can say.
 */
test('whatever a step answers is the same once it was written as JSON', async () => {
  const answered = new Set<StepName>();
  for (const seed of [9, 23, 67, 77, 149]) {
    await simulate(drawPlan(seed), {
      checkers: [],
      tamper: (world) => {
        const watched = Object.entries(world.functions).map(([step, run]): [string, StepFunction] => [
          step,
          async (...given) => {
            const answer = await run(...given);
            answered.add(step as StepName);
            expect(JSON.parse(JSON.stringify(answer)), step).toStrictEqual(answer);
            return answer;
          },
        ]);
        world.functions = Object.fromEntries(watched) as typeof world.functions;
      },
    });
  }
  expect([...answered]).toEqual(expect.arrayContaining(['admit', 'assess', 'decide', 'shift', 'verify', 'conclude']));
});
