import * as z from 'zod';
import type { Instant } from '../core/brand.ts';
import { lengthOf } from './length.ts';

/** A date with a time and its zone: without the zone it would be another moment on another machine. */
const zoned = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/i;

/** `2026-10-20T07:11:00Z`, `2026-10-20T07:11:01.500000+00:00`. */
export const instantSchema = z
  .string('must be a point in time')
  .refine((text) => zoned.test(text) && !Number.isNaN(Date.parse(text)), {
    error: 'must be a point in time with its zone, like 2026-10-20T07:11:00Z',
  })
  .refine(isADay, 'is of a day that its month has not')
  .transform((text): Instant => Date.parse(text));

/** Whether its month has that day, of a date that is written first: `Date.parse` makes of 31 June the first of July. */
export function isADay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** A length from now like `2h`, or a point in time with its zone; null for anything else, and for what is over. */
export function momentToCome(given: string, now: Instant): Instant | null {
  const length = lengthOf(given);
  const at = length !== null ? now + length : written.test(given) && isADay(given) ? Date.parse(given) : Number.NaN;
  return at > now ? at : null;
}

/** The same, or seconds since 1970, as the AWS CLI prints with cli_timestamp_format = wire. */
export const stampSchema = z.union(
  [
    instantSchema,
    z
      .number()
      .positive()
      .max(1e11)
      .transform((seconds): Instant => Math.round(seconds * 1_000)),
  ],
  'must be a point in time with its zone, as the AWS CLI prints it with cli_timestamp_format = iso8601',
);
