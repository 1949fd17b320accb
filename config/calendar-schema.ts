import * as z from 'zod';
import { isDated } from '../core/calendar.ts';
import type { Failover } from '../core/service.ts';
import { weekdays } from '../core/zoned.ts';
import { type At, type Mistake, repeated } from './mistake.ts';
import { nameSchema } from './name-schema.ts';
import { regionSchema } from './regions.ts';

const clock = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;
const dated = /^\d{4}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d)?$/;

const momentSchema = z
  .string()
  .refine(
    (text) => clock.test(text) || (dated.test(text) && isDay(text)),
    'must be a time of day like 09:30, or a date like 2026-12-20 or 2026-12-20T18:00',
  );

/** By the calendar: `2026-02-30` is none. */
const isDay = (text: string): boolean => z.iso.date().safeParse(text.slice(0, 10)).success;

export const windowSchema = z
  .strictObject({ days: z.array(z.enum(weekdays)).min(1).optional(), from: momentSchema, until: momentSchema })
  .superRefine((window, context) => {
    const why = windowMistake(window);
    if (why !== null) context.addIssue({ code: 'custom', message: why });
  });

function windowMistake(window: { days?: unknown; from: string; until: string }): string | null {
  const { days, from, until } = window;
  if (isDated({ from }) !== isDated({ from: until })) return 'must have two times of day, or two dates';
  if (isDated({ from })) {
    if (days !== undefined) return 'has dates, and days of the week beside them; take the days out';
    const isOver = until.includes('T') ? until <= from : until < from.slice(0, 10);
    return isOver ? `is over at ${until}, before it begins` : null;
  }
  if (from === until) return 'begins when it is over; for a whole day write 00:00 until 24:00';
  return from === '24:00' ? 'must not begin at 24:00; write 00:00 of the day that follows' : null;
}

export const timeZoneSchema = z
  .string()
  .refine(isTimeZone, 'must be a time zone by IANA’s name, like Europe/Berlin or UTC');

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z][\w+/-]{1,49}$/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

/** What is in force goes along with the evidence of every look: so many of each, at most. */
export const calendarSchema = z
  .array(
    z.strictObject({
      name: nameSchema,
      timeZone: timeZoneSchema,
      windows: z.array(windowSchema).min(1).max(100),
    }),
  )
  .max(30)
  .default([]);

export const freezesSchema = z
  .array(
    z.strictObject({
      during: z.array(z.string()).min(1),
      reason: z.string().min(1, 'must say why').max(200),
      regions: z.array(regionSchema).min(1).optional(),
      services: z.array(z.string()).min(1).optional(),
      tiers: z.array(z.number().int().min(1).max(20)).min(1).optional(),
    }),
  )
  .max(30)
  .default([]);

/** When people are asked; see `ApprovalTime` in core/policy.ts. */
export const approvalTimeSchema = z
  .strictObject({
    during: z.array(z.string()).min(1).optional(),
    outside: z.array(z.string()).min(1).optional(),
    frozen: z.boolean().optional(),
  })
  .refine(
    ({ during, outside, frozen }) => during !== undefined || outside !== undefined || frozen === true,
    'must have during, outside or frozen: true; without when people are always asked',
  );

/** Names that nothing has. */
export function* calendarMistakes(failover: Failover): Generator<Mistake> {
  const { calendar, freezes, services } = failover;
  yield* repeated(
    calendar.map(({ name }) => name),
    ['calendar'],
    [],
    'name',
  );
  for (const [s, { policy }] of services.entries()) {
    if (!policy.approval.required) continue;
    const { during = [], outside = [] } = policy.approval.when ?? {};
    const at: At = (...path) => ['services', s, 'policy', 'approval', 'when', ...path];
    yield* periodMistakes(during, failover, (...path) => at('during', ...path));
    yield* periodMistakes(outside, failover, (...path) => at('outside', ...path));
  }
  for (const [f, freeze] of freezes.entries()) {
    const at: At = (...path) => ['freezes', f, ...path];
    yield* periodMistakes(freeze.during, failover, (...path) => at('during', ...path));
    for (const [r, region] of (freeze.regions ?? []).entries()) {
      const known = new Set(services.flatMap((service) => service.regions.map((each) => each.region)));
      if (!known.has(region)) {
        yield {
          path: at('regions', r),
          message: `is ${region}, and no service has it; there are ${[...known].join(', ')}`,
        };
      }
    }
    for (const [s, name] of (freeze.services ?? []).entries()) {
      if (services.every((service) => service.name !== name)) {
        const known = services.map((service) => service.name).join(', ');
        yield { path: at('services', s), message: `is ${name}, which is not one of ${known}` };
      }
    }
    for (const [t, tier] of (freeze.tiers ?? []).entries()) {
      if (services.every((service) => (service.tier ?? 1) !== tier)) {
        yield { path: at('tiers', t), message: `is ${tier}, and no service is of it` };
      }
    }
  }
}

/** Of periods that are referred to by name. */
export function* periodMistakes(
  names: readonly string[],
  { calendar }: Pick<Failover, 'calendar'>,
  at: At,
): Generator<Mistake> {
  yield* repeated(names, at());
  for (const [index, name] of names.entries()) {
    if (calendar.some((period) => period.name === name)) continue;
    const known = calendar.map((period) => period.name);
    yield {
      path: at(index),
      message: `is ${name}, and the calendar has ${known.length === 0 ? 'no period; add one to calendar' : known.join(', ')}`,
    };
  }
}
