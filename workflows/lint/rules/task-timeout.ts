import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** Without one a Task waits for 99999999 seconds. https://docs.aws.amazon.com/step-functions/latest/dg/sfn-stuck-execution.html */
export const taskTimeout: Rule = {
  name: 'task-timeout',
  check: (machine) => [
    ...(machine.TimeoutSeconds === undefined ? [{ state: '', message: 'the machine has no TimeoutSeconds' }] : []),
    ...allStates(machine)
      .filter(([, state]) => state.Type === 'Task' && state.TimeoutSeconds === undefined)
      .map(([state]) => ({ state, message: 'has no TimeoutSeconds' })),
  ],
};
