import { allStates } from '../../flows.ts';
import { expressionsOf, namesOf } from '../expressions.ts';
import type { Rule } from '../finding.ts';

/**
 * In Step Functions an expression has no input of its own: `incident.id` without `$` in front, `$` and `$$` mean nothing
 * there, and yield nothing when it is too late.
 */
export const qualifiedNames: Rule = {
  name: 'qualified-names',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) =>
      expressionsOf(definition).flatMap(({ place, expression }) =>
        [...(namesOf(expression)?.unqualified ?? [])].map((name) => ({
          state,
          message: `${place} reads ${name} without a variable in front of it`,
        })),
      ),
    ),
};
