import * as z from 'zod';
import { isDated } from '../core/calendar.ts';
import { practises } from '../core/drill-plan.ts';
import { drillHoldDefaultMs, drillHoldMaxMs } from '../core/drill-record.ts';
import { leverTraits } from '../core/lever.ts';
import type { Failover } from '../core/service.ts';
import { minutesOf } from '../core/zoned.ts';
import { drillScheduleName, scheduleNameMax } from '../deployment/names.ts';
import { timeZoneSchema, windowSchema } from './calendar-schema.ts';
import { type Mistake, repeated } from './mistake.ts';
import { nameSchema } from './name-schema.ts';
import { regionSchema } from './regions.ts';
import { userAlarmSchema } from './user-alarm-schema.ts';

const alarmsSchema = z
  .array(z.strictObject({ name: userAlarmSchema.shape.name, in: regionSchema }))
  .max(10, 'must be at most 10: each is asked for while traffic is away, every minute')
  .default([]);

/** Where each field stands alone, beside the rule of the two for days. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/;
const rate = /^rate\((1 (hour|day|minute)|([2-9]|[1-9]\d+) (hours|days|minutes))\)$/;

const scheduleSchema = z
  .string()
  .refine(
    (text) => rate.test(text) || cron.test(text),
    'must be rate(30 days), or cron() with six fields: minutes, hours, day, month, weekday, year',
  )
  .refine((text) => {
    const [, , , days, , weekday] = cron.exec(text) ?? [];
    return days === undefined || (days === '?') !== (weekday === '?');
  }, 'must have ? for the day or for the weekday, and not for both');

const dateSchema = z.iso.date('must be a day like 2026-12-24');

const planSchema = z.strictObject({
  name: nameSchema,
  services: z.array(z.string()).min(1).optional(),
  tier: z.number().int().min(1).max(20).optional(),
  schedule: scheduleSchema,
  timeZone: timeZoneSchema.default('UTC'),
  percent: z.number().int().min(1).max(100).default(100),
  holdMs: z
    .number()
    .int()
    .min(1_000, 'must be at least a second')
    .max(drillHoldMaxMs, 'must be at most an hour')
    .default(drillHoldDefaultMs),
  allowedWindows: z.array(windowSchema).max(20).default([]),
  blockedDates: z.array(dateSchema).max(400).default([]),
  blockingAlarms: alarmsSchema,
  outcomeAlarms: alarmsSchema,
});

/** The twelve bytes before the key in its SubjectPublicKeyInfo name Ed25519. https://www.rfc-editor.org/rfc/rfc8410 */
export const detectionSchema = z.strictObject({
  publicKey: z
    .string()
    .regex(
      /^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/,
      'must be an Ed25519 key, as openssl pkey -pubout -outform DER | base64 writes it',
    ),
});

export const drillsSchema = z.array(planSchema).max(50).default([]);

/** What a plan says of services that are not there, or cannot. */
export function* drillMistakes(failover: Failover): Generator<Mistake> {
  const { drills, services } = failover;
  yield* repeated(
    drills.map(({ name }) => name),
    ['drills'],
    [],
    'name',
  );
  for (const [d, plan] of drills.entries()) {
    const at = (...path: (string | number)[]) => ['drills', d, ...path];
    if ((plan.services === undefined) === (plan.tier === undefined)) {
      yield { path: at(), message: 'must have services or a tier, and not both' };
      continue;
    }
    yield* repeated(plan.services ?? [], at('services'));
    for (const [s, name] of (plan.services ?? []).entries()) {
      if (services.every((service) => service.name !== name)) {
        const known = services.map((service) => service.name).join(', ');
        yield { path: at('services', s), message: `is ${name}, which is not one of ${known}` };
      }
    }
    const practising = services.filter((service) => practises(plan, service));
    if (plan.tier !== undefined && practising.length === 0) {
      yield { path: at('tier'), message: `is ${plan.tier}, and no service is of it` };
    }
    for (const service of practising) {
      if (plan.percent < 100 && !leverTraits[service.lever.kind].weights) {
        const message = `is ${plan.percent}, and the lever of ${service.name}, ${service.lever.kind}, knows all or nothing`;
        yield { path: at('percent'), message };
      }
      if (drillScheduleName(failover, plan, service).length > scheduleNameMax) {
        const message = `makes the name of a schedule, ${drillScheduleName(failover, plan, service)}, longer than ${scheduleNameMax} characters; take a shorter one`;
        yield { path: at('name'), message };
      }
    }
    for (const [w, { from, until }] of plan.allowedWindows.entries()) {
      const minutes = isDated({ from }) ? Number.POSITIVE_INFINITY : minutesOf(until) - minutesOf(from);
      // One that ends on the next day has a negative length here.
      if (minutes > 0 && minutes < plan.holdMs / 60_000) {
        yield { path: at('allowedWindows', w), message: 'is shorter than holdMs: no drill would ever begin in it' };
      }
    }
  }
}
