import { isObject } from '../json.ts';
import type { Report } from './report.ts';
import type { Raw } from './surroundings.ts';
import { diagnoseAssign, diagnoseTemplate } from './template.ts';

export function diagnoseRetry(raw: Raw, location: string, report: Report): void {
  const fields = ['ErrorEquals', ...Object.keys(limits), 'JitterStrategy', 'Comment'];
  for (const { entry, at } of entriesOf(raw, 'Retry', fields, location, report)) {
    for (const [field, limit] of Object.entries(limits)) {
      const value = entry[field];
      if (value !== undefined && !limit.holds(value))
        report.schema(`The field '${field}' must be ${limit.words}`, `${at}/${field}`);
    }
    const { JitterStrategy: jitter = 'NONE', MaxDelaySeconds: maxDelay, IntervalSeconds: interval = 1 } = entry;
    if (jitter !== 'NONE' && jitter !== 'FULL') {
      report.schema("The field 'JitterStrategy' must be one of [FULL, NONE]", `${at}/JitterStrategy`);
    }
    if (typeof maxDelay === 'number' && typeof interval === 'number' && maxDelay <= interval) {
      report.schema("The field 'MaxDelaySeconds' must be greater than 'IntervalSeconds'", `${at}/MaxDelaySeconds`);
    }
  }
}

export function diagnoseCatch(raw: Raw, location: string, report: Report): void {
  const fields = ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'];
  for (const { entry, at } of entriesOf(raw, 'Catch', fields, location, report)) {
    if (!report.require(entry, ['Next'], at)) continue;
    diagnoseAssign(entry, at, report, { errorOutput: true });
    diagnoseTemplate(entry, 'Output', at, report, { errorOutput: true });
  }
}

interface Limit {
  readonly words: string;
  holds(value: unknown): boolean;
}

const integer = (min: number, max: number): Limit => ({
  words: `an integer from ${min} to ${max}`,
  holds: (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
});

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const limits: Readonly<Record<string, Limit>> = {
  IntervalSeconds: integer(1, 99_999_999),
  MaxAttempts: integer(0, 99_999_999),
  MaxDelaySeconds: integer(1, 31_622_399),
  BackoffRate: { words: 'a number of at least 1', holds: (value) => typeof value === 'number' && value >= 1 },
};

/** The entries of `Retry` or `Catch` that can be looked into, after what they have in common was. */
function entriesOf(
  raw: Raw,
  list: 'Retry' | 'Catch',
  fields: readonly string[],
  location: string,
  report: Report,
): { readonly entry: Raw; readonly at: string }[] {
  const given = raw[list];
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    report.schema(`The field '${list}' must be an array`, `${location}/${list}`);
    return [];
  }
  const found: { entry: Raw; at: string }[] = [];
  for (const [index, entry] of given.entries()) {
    const at = `${location}/${list}[${index}]`;
    if (!isObject(entry)) {
      report.schema('Must be a JSON object', at);
      continue;
    }
    for (const field of Object.keys(entry)) {
      if (!fields.includes(field)) report.schema(`Field '${field}' is not supported`, at);
    }
    if (!report.require(entry, ['ErrorEquals'], at)) continue;
    diagnoseErrorEquals(entry['ErrorEquals'], index === given.length - 1, `${at}/ErrorEquals`, report);
    found.push({ entry, at });
  }
  return found;
}

function diagnoseErrorEquals(names: unknown, isLast: boolean, location: string, report: Report): void {
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    report.schema("The field 'ErrorEquals' must be a non-empty array of strings", location);
    return;
  }
  if (!names.includes('States.ALL')) return;
  if (names.length > 1) report.schema("'States.ALL' must appear alone in 'ErrorEquals'", location);
  if (!isLast) report.schema("'States.ALL' must appear in the last element only", location);
}
