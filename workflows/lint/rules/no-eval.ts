import { allStates } from '../../flows.ts';
import { expressionsOf, namesOf } from '../expressions.ts';
import type { Rule } from '../finding.ts';

/** Step Functions has no `$eval`: data is never code. */
export const noEval: Rule = {
  name: 'no-eval',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) =>
      expressionsOf(definition)
        .filter(({ expression }) => {
          const names = namesOf(expression);
          return names?.functions.has('eval') || names?.variables.has('eval');
        })
        .map(({ place }) => ({ state, message: `${place} uses $eval` })),
    ),
};
