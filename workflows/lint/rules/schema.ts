import validate from 'asl-validator';
import type { Rule } from '../finding.ts';

/** What asl-validator says of the definition as a whole: its shape, its transitions, the syntax of its expressions. */
export const schema: Rule = {
  name: 'schema',
  check(machine) {
    // It writes a QueryLanguage into every state that it is given.
    return validate(structuredClone(machine)).errors.map((error) => ({ state: '', message: wordsOf(error) }));
  },
};

function wordsOf(error: ReturnType<typeof validate>['errors'][number]): string {
  if ('Error code' in error) return `${error['Error code']}: ${error.Message}`;
  return `${error.instancePath}: ${error.message ?? error.keyword}`;
}
