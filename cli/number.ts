import { type Invocation, text, UsageError } from './command.ts';

export interface NumberRange {
  readonly least: number;
  /** Of a whole number: no limit where it is absent. */
  readonly most?: number;
  /** Where the option was not given. */
  readonly otherwise: number;
  readonly whole?: boolean;
}

/** The value of an option that takes a number. Throws `UsageError` for everything else, the empty text included. */
export function number(invocation: Invocation, name: string, range: NumberRange): number {
  const { least, most = Number.MAX_SAFE_INTEGER, otherwise, whole = false } = range;
  const given = text(invocation, name);
  if (given === undefined) return otherwise;
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  const limits = range.most === undefined ? '' : ` from ${least} to ${most}`;
  throw new UsageError(`--${name} takes ${kind}${limits}, not ${given.trim() === '' ? 'nothing' : given}`);
}

/** How many times as fast as AWS periods pass in a sandbox. */
export const tempoOf = (invocation: Invocation): number =>
  number(invocation, 'tempo', { least: 1, most: 1_000, otherwise: 20 });
