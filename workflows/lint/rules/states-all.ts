import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** `States.ALL` stands alone and last, or Step Functions refuses the machine. https://states-language.net/#errors */
export const statesAll: Rule = {
  name: 'states-all',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) =>
      (['Retry', 'Catch'] as const).flatMap((field) => {
        const handlers = field in definition ? (definition as { [F in typeof field]?: readonly Handler[] })[field] : [];
        return (handlers ?? []).flatMap(({ ErrorEquals }, index, { length }) => {
          if (!ErrorEquals.includes('States.ALL')) return [];
          const messages = [
            ...(ErrorEquals.length > 1 ? [`${field}[${index}] names States.ALL together with other errors`] : []),
            ...(index < length - 1 ? [`${field}[${index}] names States.ALL and is not the last`] : []),
          ];
          return messages.map((message) => ({ state, message }));
        });
      }),
    ),
};

interface Handler {
  readonly ErrorEquals: readonly string[];
}
