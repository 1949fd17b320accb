import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { StepName } from '../../deployment/names.ts';
import { drawPlan } from '../../simulation/draw.ts';
import { parseScenario } from '../../simulation/scenario.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { StepFunction } from '../../simulation/world/functions.ts';

/** The one in which a ramp is asked about again, by Decide. */
const resumed = 'simulation/scenarios/ramp-resumed.yaml';
const { plan: rampResumed } = parseScenario(readFileSync(resumed, 'utf8'), resumed);

/*
 * The simulated machine hands the very values of one step to the next; Lambda would write them as JSON and read them again.
 * That makes no difference as long as they are what JSON can say.
 */
test('whatever a step answers is the same once it was written as JSON', async () => {
  const answered = new Set<StepName>();
  for (const plan of [...[9, 23, 67, 77, 149].map(drawPlan), rampResumed]) {
    await simulate(plan, {
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
