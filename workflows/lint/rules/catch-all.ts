import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** What can fail leads somewhere: an error that nothing catches ends the run without a word to anybody. */
export const catchAll: Rule = {
  name: 'catch-all',
  check: (machine) =>
    allStates(machine)
      .filter(
        ([, state]) =>
          (state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map') &&
          !state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')),
      )
      .map(([state]) => ({ state, message: 'has no Catch for States.ALL' })),
};
