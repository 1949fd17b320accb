import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** Every call fails some day for no reason of its own. Retries end, and are spread: `MaxDelaySeconds` and full jitter. */
export const taskRetry: Rule = {
  name: 'task-retry',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) => {
      if (definition.Type !== 'Task') return [];
      const { Retry = [] } = definition;
      if (Retry.length === 0) return [{ state, message: 'has no Retry' }];
      return Retry.flatMap((retrier, index) => [
        ...(retrier.MaxDelaySeconds === undefined
          ? [{ state, message: `Retry[${index}] has no MaxDelaySeconds` }]
          : []),
        ...(retrier.JitterStrategy === 'FULL' ? [] : [{ state, message: `Retry[${index}] has no full jitter` }]),
      ]);
    }),
};
