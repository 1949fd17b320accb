import { allStates } from '../../flows.ts';
import { expressionsOf, namesOf } from '../expressions.ts';
import type { Rule } from '../finding.ts';

/** A function that Step Functions does not have fails only when its expression is evaluated. */
export const knownFunctions: Rule = {
  name: 'known-functions',
  check: (machine) =>
    allStates(machine).flatMap(([state, definition]) =>
      expressionsOf(definition).flatMap(({ place, expression }) =>
        [...(namesOf(expression)?.functions ?? [])]
          .filter((name) => !isKnownFunction(name) && name !== 'eval')
          .map((name) => ({ state, message: `${place} calls $${name}, which Step Functions does not have` })),
      ),
    ),
};

export const isKnownFunction = (name: string): boolean => builtIn.has(name) || addedByAws.has(name);

/** Of JSONata 2.0.6, which Step Functions follows, without `eval`. https://docs.jsonata.org/2.0.0/overview */
export const builtIn: ReadonlySet<string> = new Set(
  `string length substring substringBefore substringAfter uppercase lowercase trim pad contains split join match replace
  base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl number abs floor ceil round power
  sqrt random formatNumber formatBase formatInteger parseInteger sum max min average boolean not exists count append sort
  reverse shuffle distinct zip keys lookup spread merge sift each error assert type now millis fromMillis toMillis map
  filter single reduce`.split(/\s+/),
);

/** `random` is there twice: theirs takes a seed. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn */
export const addedByAws: ReadonlySet<string> = new Set(['partition', 'range', 'hash', 'uuid', 'parse']);
