import * as z from 'zod';
import type { DrillAlarmReading } from '../../core/drill-plan.ts';
import type { AlarmReading, Evidence, Readiness, RoutingReading } from '../../core/evidence.ts';
import type { Freeze } from '../../core/freeze.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { UserReading } from '../../core/users.ts';
import { observationSchema } from '../../synthetics/vantage-contract.ts';
import { instantSchema } from './incident.ts';
import { routingSchema } from './plan.ts';
import { recordMembers, regionSchema } from './record.ts';
import { redSinceSchema } from './verdict.ts';

const alarmSchema: z.ZodType<AlarmReading> = z.object({
  observer: regionSchema,
  region: regionSchema,
  state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  since: instantSchema,
  evaluation: z.string().optional(),
});

const userSchema: z.ZodType<UserReading> = z.object({
  region: regionSchema,
  alarm: z.string(),
  in: regionSchema,
  says: z.enum(['vote', 'veto', 'both']),
  state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  since: instantSchema,
  evaluation: z.string().optional(),
  muted: z.boolean(),
});

const drillAlarmSchema: z.ZodType<DrillAlarmReading> = z.object({
  name: z.string(),
  in: regionSchema,
  state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA', 'UNKNOWN']),
});

const readingSchema: z.ZodType<RoutingReading> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), routing: routingSchema }),
  z.object({ kind: z.literal('unreadable'), because: z.string() }),
]);

const readinessSchema: z.ZodType<Readiness> = z.object({
  region: regionSchema,
  check: z.string(),
  ready: z.boolean(),
  detail: z.string(),
});

export const recordSchema: z.ZodType<LedgerRecord> = z.object({
  service: z.string(),
  ...recordMembers(instantSchema),
});

const freezeSchema: z.ZodType<Freeze> = z.object({
  region: regionSchema.nullable(),
  by: z.string(),
  reason: z.string(),
  until: instantSchema.nullable(),
});

export const evidenceSchema: z.ZodType<Evidence> = z.object({
  gatheredAt: instantSchema,
  observations: z.array(observationSchema),
  silent: z.array(z.object({ observer: regionSchema, because: z.string() })),
  alarms: z.array(alarmSchema),
  users: z.array(userSchema).optional(),
  practice: z.array(drillAlarmSchema).optional(),
  earlier: redSinceSchema,
  routing: readingSchema,
  readiness: z.array(readinessSchema),
  ledger: recordSchema,
  periods: z.array(z.string()).optional(),
  freezes: z.array(freezeSchema).optional(),
});
