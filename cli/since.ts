import type { Instant } from '../core/brand.ts';
import { type Invocation, type OptionHelp, text, UsageError } from './command.ts';
import { instantSchema } from './instant.ts';
import { lengthOf } from './length.ts';

export const sinceOption: OptionHelp = {
  value: 'WHEN',
  help: 'only what came after: a length like 90m, 12h or 7d, or a point in time like 2026-11-27T21:00:00Z',
};

/** From when on a person wants to know; the beginning of time where nothing was said. */
export function sinceOf(invocation: Invocation, now: Instant): Instant {
  const given = text(invocation, 'since');
  if (given === undefined) return Number.NEGATIVE_INFINITY;
  const length = lengthOf(given);
  if (length !== null) return now - length;
  const { success, data, error } = instantSchema.safeParse(given);
  if (success) return data;
  throw new UsageError(`--since ${given} is no length like 12h, and ${error.issues[0]?.message}`);
}
