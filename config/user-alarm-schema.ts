import * as z from 'zod';
import type { Service } from '../core/service.ts';
import { type At, type Mistake, repeated } from './mistake.ts';
import { regionSchema } from './regions.ts';

export const userAlarmSchema = z.strictObject({
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
  name: z
    .string()
    .regex(/^[\x20-\x7e]{1,255}$/, 'must be the name of an alarm, no ARN')
    .refine((name) => !name.startsWith('arn:'), 'must be the name of an alarm, no ARN')
    // A policy that may read it names it, and these would let it read others.
    .refine(
      (name) => !/[*?$]/.test(name),
      'must not have *, ? or $: a permission to read it would be one to read others',
    ),
  in: regionSchema.optional(),
  says: z.enum(['vote', 'veto', 'both']),
});

export const userAlarmsSchema = z
  .array(userAlarmSchema)
  .max(5, 'must be at most 5: each is asked for in every look')
  .optional();

/** The same alarm twice would still be one voice, and a reader would take it for two. */
export function* userAlarmMistakes({ regions }: Service, at: At): Generator<Mistake> {
  for (const [r, { region, userAlarms = [] }] of regions.entries()) {
    const names = userAlarms.map(({ name, in: where = region }) => `${name} in ${where}`);
    yield* repeated(names, at('regions', r, 'userAlarms'));
  }
}
