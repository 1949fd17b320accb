import type { Template } from '../expression.ts';
import { unexpectedType } from '../expression.ts';
import type { Json } from '../json.ts';
import { follow, type Soon } from '../soon.ts';
import type { Visit } from '../visit.ts';

/** A field that takes a number or an expression that gives one. */
export interface NumberField {
  readonly field: string;
  readonly raw: Json;
  readonly template: Template;
  readonly min: number;
  readonly integer: boolean;
}

export function numberOf(visit: Visit, given: NumberField | undefined): Soon<number | undefined> {
  if (given === undefined) return undefined;
  const { field, raw, template, min, integer } = given;
  return follow(visit.evaluate(template), (value) => {
    if (typeof value !== 'number' || (integer && !Number.isInteger(value))) {
      const expected = integer ? 'integer' : 'number';
      throw visit.evaluationFailed(unexpectedType(raw, field, expected, value).message, field);
    }
    if (value >= min) return value;
    throw visit.evaluationFailed(`The ${field} field must be at least ${min} but was: ${value}`, field);
  });
}
