import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** A Choice that matches nothing fails, and has no Catch. */
export const choiceDefault: Rule = {
  name: 'choice-default',
  check: (machine) =>
    allStates(machine)
      .filter(([, state]) => state.Type === 'Choice' && state.Default === undefined)
      .map(([state]) => ({ state, message: 'has no Default' })),
};
