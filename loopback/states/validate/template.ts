import { isExpression, sourceOf } from '../expression.ts';
import { isObject } from '../json.ts';
import type { Allowed } from './expression.ts';
import { diagnoseExpression } from './expression.ts';
import type { Report } from './report.ts';
import type { Raw } from './surroundings.ts';

/** Every expression inside the field. */
export function diagnoseTemplate(
  raw: Raw,
  field: string,
  location: string,
  report: Report,
  allowed: Allowed = {},
): void {
  if (raw[field] !== undefined) diagnoseValue(raw[field], `${location}/${field}`, report, allowed);
}

function diagnoseValue(value: unknown, location: string, report: Report, allowed: Allowed): void {
  if (isTemplateExpression(value)) diagnoseExpression(sourceOf(value), location, report, allowed);
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) diagnoseValue(item, `${location}[${index}]`, report, allowed);
  } else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) diagnoseValue(member, `${location}/${key}`, report, allowed);
  }
}

export const isTemplateExpression = (value: unknown): value is string =>
  typeof value === 'string' && isExpression(value);

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html: a Unicode identifier, at most 80 characters. */
const variableName = /^[\p{ID_Start}_][\p{ID_Continue}\u200c\u200d]{0,79}$/u;

export function diagnoseAssign(raw: Raw, location: string, report: Report, allowed: Allowed = {}): void {
  const assign = raw['Assign'];
  if (assign === undefined) return;
  if (!isObject(assign)) {
    report.schema("The field 'Assign' must be an object", `${location}/Assign`);
    return;
  }
  for (const name of Object.keys(assign)) {
    if (name === 'states') report.schema("The variable name 'states' is reserved", `${location}/Assign/${name}`);
    else if (!variableName.test(name))
      report.schema(`'${name}' is no name for a variable`, `${location}/Assign/${name}`);
  }
  diagnoseTemplate(raw, 'Assign', location, report, allowed);
}

const isPercentage = (field: string): boolean => field === 'ToleratedFailurePercentage';

/** A number, whole unless a percentage, within its limits, or an expression. */
export function diagnoseNumber(
  raw: Raw,
  field: string,
  [min, max]: readonly [number, number],
  location: string,
  report: Report,
): void {
  const value = raw[field];
  if (value === undefined) return;
  if (isTemplateExpression(value)) diagnoseTemplate(raw, field, location, report);
  else if (
    typeof value !== 'number' ||
    value < min ||
    value > max ||
    !(Number.isInteger(value) || isPercentage(field))
  ) {
    report.schema(
      `The field '${field}' must be a number of at least ${min}${max === Number.POSITIVE_INFINITY ? '' : ` and at most ${max}`}`,
      `${location}/${field}`,
    );
  }
}
