import type { TestStateConfiguration } from '@aws-sdk/client-sfn';
import type { Makers } from '../compile.ts';
import { StateFailure } from '../failure.ts';
import type { Payload } from '../json.ts';
import { payload } from '../json.ts';
import { protect } from '../protect.ts';
import { selectItems } from '../state/map.ts';
import { numberOf } from '../state/number.ts';
import { task } from '../state/task.ts';
import { Visit } from '../visit.ts';
import type { Inspection } from './inspection.ts';
import type { Mock } from './mock.ts';

/** Map and Parallel without anything inside them: their input and output are shaped, and the mock stands between. */
export function mocked(mock: Mock, configuration: TestStateConfiguration, inspection: Inspection): Makers {
  return {
    task,
    parallel: (name, fields, leaving) => ({
      name,
      run(thread, input) {
        const visit = new Visit(thread, 'Parallel', name, input);
        return protect(visit, fields.protection, async () => {
          // Evaluated, for it may fail, and not told: so AWS was recorded to do it.
          if (fields.arguments !== undefined) await visit.evaluate(fields.arguments);
          visit.enter();
          const result = payload(mock.answer());
          return visit.leave(leaving, result, { result: result.value });
        });
      },
    }),
    map: (name, fields, leaving) => ({
      name,
      run(thread, input) {
        const visit = new Visit(thread, 'Map', name, input);
        return protect(visit, fields.protection, async () => {
          const items = await selectItems(visit, fields);
          if (fields.itemSelector !== undefined) {
            inspection.note({ afterItemSelector: JSON.stringify(items.map((item) => item.input.value)) });
          }
          inspection.note({ maxConcurrency: (await numberOf(visit, fields.maxConcurrency)) ?? 0 });
          const tolerated: { toleratedFailureCount?: number; toleratedFailurePercentage?: number } = {};
          for (const field of fields.tolerated) {
            const most = await numberOf(visit, field);
            if (most !== undefined) tolerated[told[field.field as keyof typeof told]] = most;
          }
          inspection.note(tolerated);
          visit.enter();
          const result: Payload = payload(mock.answer());
          const failed = configuration.mapIterationFailureCount ?? 0;
          if (isExceeded(failed, items.length, tolerated)) throw tooManyFailed();
          return visit.leave(leaving, result, { result: result.value });
        });
      },
    }),
  };
}

const told = {
  ToleratedFailureCount: 'toleratedFailureCount',
  ToleratedFailurePercentage: 'toleratedFailurePercentage',
} as const;

/** Where a state says nothing of failures, AWS was recorded to let any number of them pass here. */
function isExceeded(
  failed: number,
  all: number,
  most: { readonly toleratedFailureCount?: number; readonly toleratedFailurePercentage?: number },
): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = most;
  if (count !== undefined && failed > count) return true;
  return percentage !== undefined && failed * 100 > percentage * all;
}

const tooManyFailed = () =>
  new StateFailure('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');
