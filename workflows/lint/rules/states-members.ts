import type { State } from '../../asl.ts';
import { allStates } from '../../flows.ts';
import { expressionsOf, namesOf } from '../expressions.ts';
import type { Rule } from '../finding.ts';

/** `$states` has a result only behind it, and an error only in a Catch. https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
export const statesMembers: Rule = {
  name: 'states-members',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) =>
      expressionsOf(definition).flatMap(({ place, expression }) =>
        [...(namesOf(expression)?.states ?? [])]
          .filter((member) => !isThere(member, place, definition))
          .map((member) => ({ state, message: `${place} reads $states.${member}, which is not there` })),
      ),
    ),
};

function isThere(member: string, place: string, { Type }: State): boolean {
  switch (member) {
    case 'input':
    case 'context':
      return true;
    case 'result':
      return (Type === 'Task' || Type === 'Parallel' || Type === 'Map') && /^(Assign|Output)\b/.test(place);
    case 'errorOutput':
      return place.startsWith('Catch[');
    default:
      return false;
  }
}
