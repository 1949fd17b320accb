import validate from 'asl-validator';
import type { StateMachine } from '../../asl.ts';
import { allStates } from '../../flows.ts';
import { expressionsOf, syntaxErrorOf } from '../expressions.ts';
import type { Finding, Rule } from '../finding.ts';

/** What asl-validator says of the definition as a whole: its shape, its transitions, the syntax of its expressions. */
export const schema: Rule = {
  name: 'schema',
  check(machine) {
    // It writes a QueryLanguage into every state that it is given.
    const { errors } = validate(structuredClone(machine));
    return [...errors.map((error) => ({ state: '', message: wordsOf(error) })), ...brokenCatches(machine)];
  },
};

/** The expressions that asl-validator 4 does not parse. */
function brokenCatches(machine: StateMachine): Omit<Finding, 'rule'>[] {
  return allStates(machine).flatMap(([state, definition]) =>
    expressionsOf(definition).flatMap(({ place, expression }) => {
      const because = place.startsWith('Catch[') ? syntaxErrorOf(expression) : null;
      return because === null ? [] : [{ state, message: `${place}: ${because}` }];
    }),
  );
}

function wordsOf(error: ReturnType<typeof validate>['errors'][number]): string {
  if ('Error code' in error) return `${error['Error code']}: ${error.Message}`;
  return `${error.instancePath}: ${error.message ?? error.keyword}`;
}
