import { isExpression } from '../expression.ts';
import { isObject } from '../json.ts';
import type { Raw } from './surroundings.ts';

/**
 * Whether a state means the same in either language, as the plain ends of a machine do that is converted state by
 * state: none of its fields reads or shapes data.
 */
export const isNeutral = (raw: Raw): boolean =>
  Object.entries(raw).every(([field, value]) => inner.has(field) || (neutral.has(field) && isPlain(value)));

const neutral: ReadonlySet<string> = new Set([
  'Type',
  'Comment',
  'QueryLanguage',
  'Next',
  'End',
  'Seconds',
  'Timestamp',
  'Error',
  'Cause',
  'Resource',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'Retry',
  'Catch',
  'MaxConcurrency',
]);

/** What is inside is looked at by itself. */
const inner: ReadonlySet<string> = new Set(['Branches', 'ItemProcessor']);

const shaping: ReadonlySet<string> = new Set(['ResultPath', 'Assign', 'Output']);

/** To JSONPath, `{% … %}` is a text like any other. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return !isExpression(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return !isObject(value) || Object.entries(value).every(([field, member]) => !shaping.has(field) && isPlain(member));
}
