import * as z from 'zod';
import type { Epoch, Region } from '../../core/brand.ts';
import {
  type Drill,
  type DrillOrder,
  drillHoldMaxMs,
  drillResults,
  type PastDrill,
  type SeenGate,
} from '../../core/drill-record.ts';
import { type Evacuation, evacuationDirections } from '../../core/evacuation.ts';
import { modes } from '../../core/incident.ts';
import type { Memory } from '../../core/memory.ts';
import { requestKinds } from '../../core/observation.ts';
import type { Stay, Unprotected } from '../../core/protection-record.ts';
import type { Consents, Detection, Lease, LedgerRecord, Left, Pause, Question, Unapproved } from '../../core/record.ts';
import type { Trouble } from '../../core/trouble-record.ts';

/*
 * Members of the ledger's record, as items and as payloads have them. What an older version wrote lacks the later ones: their
 * defaults say what was true then.
 */

// Branded by a cast: a transform would change nothing, at a price for every member that has one.
export const regionSchema = z.string().min(1) as unknown as z.ZodType<Region>;
export const epochSchema = z.number().int().nonnegative() as unknown as z.ZodType<Epoch>;
/** As the ledger's clock says it: whole milliseconds. */
export const instantSchema = z.number().int();

/** Only runs that may move had a lease before leases had a purpose. */
const leaseSchema: z.ZodType<Lease> = z.object({
  holder: z.string().min(1),
  expiresAt: instantSchema,
  since: instantSchema.optional(),
  mode: z.enum(modes).default('automatic'),
  purpose: z.enum(['move', 'look', 'rehearsal']).default('move'),
  attempt: z.object({ of: z.string(), again: z.boolean() }).nullable().default(null),
});

const pauseSchema: z.ZodType<Pause> = z.object({
  by: z.string(),
  reason: z.string(),
  at: instantSchema,
  until: instantSchema.nullable().default(null),
  remindedAt: instantSchema.nullable().default(null),
});

const troubleSchema: z.ZodType<Trouble> = z.object({
  id: z.string().min(1),
  openedAt: instantSchema,
  what: z.string(),
  region: regionSchema.nullable(),
  level: z.literal([1, 2, 3, 4]),
  levelAt: instantSchema,
  toldAt: instantSchema,
  attemptAt: instantSchema.nullable(),
  goodSince: instantSchema.nullable(),
  closedAt: instantSchema.nullable(),
  reopened: z.number().int().nonnegative(),
  heard: z.array(instantSchema),
});

const questionSchema: z.ZodType<Question> = z.object({
  incident: z.string().min(1),
  from: regionSchema,
  to: regionSchema,
  askedAt: instantSchema,
  deadline: instantSchema,
  onDeadline: z.enum(['proceed', 'abort']),
  people: z.number().int().positive().optional(),
});

const consentsSchema: z.ZodType<Consents> = z.object({
  incident: z.string().min(1),
  from: regionSchema,
  to: regionSchema,
  given: z.array(z.object({ by: z.string().min(1), at: instantSchema })),
});

const unapprovedSchema: z.ZodType<Unapproved> = z.object({
  by: z.string().nullable(),
  at: instantSchema,
  unanswered: z.number().int().nonnegative(),
});

const leftSchema: z.ZodType<Left> = z.object({
  region: regionSchema,
  at: instantSchema,
  incident: z.string().min(1).nullable(),
});

const unprotectedSchema: z.ZodType<Unprotected> = z.object({
  region: regionSchema,
  since: instantSchema,
  incident: z.string().min(1).nullable(),
  waitsFor: z.object({ hook: z.string(), detail: z.string(), at: instantSchema }).nullable().default(null),
});

const staySchema: z.ZodType<Stay> = z.object({
  region: regionSchema,
  by: z.string(),
  reason: z.string(),
  at: instantSchema,
});

const evacuationSchema: z.ZodType<Evacuation> = z.object({
  id: z.string().min(1),
  direction: z.enum(evacuationDirections),
  region: regionSchema,
  by: z.string(),
  reason: z.string(),
  holder: z.string().min(1),
  startedAt: instantSchema,
  abortedBy: z.string().nullable(),
  endedAt: instantSchema.nullable(),
  left: z.array(z.string()),
  force: z.boolean().optional(),
  atOnce: z.number().int().optional(),
  seenAt: instantSchema.optional(),
  progress: z
    .object({
      of: z.number().int(),
      stays: z.array(z.string()),
      turn: z.number().int(),
      turns: z.number().int(),
    })
    .optional(),
});

const weightsSchema = z.record(z.string(), z.number());

export const drillOrderSchema: z.ZodType<DrillOrder> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('out'),
    percent: z.number().int().min(1).max(100),
    holdMs: z.number().int().min(1_000).max(drillHoldMaxMs),
    plan: z.string().optional(),
    detects: z.string().optional(),
  }),
  z.object({ kind: z.literal('return'), of: z.string().min(1), red: z.string().optional() }),
]);

const drillSchema: z.ZodType<Drill> = z.object({
  incident: z.string().min(1),
  from: regionSchema,
  to: regionSchema,
  percent: z.number(),
  prior: weightsSchema,
  weights: weightsSchema,
  by: z.string(),
  reason: z.string(),
  startedAt: instantSchema,
  holdMs: z.number().nonnegative(),
  until: instantSchema,
  outMs: z.number().nullable(),
  toldAt: instantSchema.nullable(),
  plan: z.string().nullish(),
  detects: z.string().nullish(),
});

const detectionSchema: z.ZodType<Detection> = z.object({
  id: z.string().min(1),
  region: regionSchema,
  by: z.string(),
  reason: z.string(),
  startedAt: instantSchema,
  until: instantSchema,
});

const seenGateSchema: z.ZodType<SeenGate> = z.object({ gate: z.string().min(1), at: instantSchema });

const drillTimes = { incident: z.string(), outMs: z.number().nullable(), backMs: z.number().nullable() };

export const pastDrillSchema: z.ZodType<PastDrill> = z.object({
  ...drillTimes,
  result: z.enum(drillResults),
  because: z.string(),
  startedAt: instantSchema,
  endedAt: instantSchema,
  endedBy: z.string().nullable(),
  before: z.object(drillTimes).nullable(),
  plan: z.string().nullish(),
  detects: z.string().nullish(),
});

const memorySchema: z.ZodType<Memory> = z.object({
  observer: regionSchema,
  region: regionSchema,
  /** Reads were counted alone at first. */
  request: z.enum(requestKinds).default('read'),
  goodAt: z.number().nullable(),
  badAt: z.number().nullable(),
  counts: z.array(z.object({ at: z.number(), good: z.number().int(), bad: z.number().int() })),
});

/**
 * The record without its service, whose name items and payloads check each in their own way, as they do instants that no ledger wrote
 * first.
 */
export const recordMembers = (instant: z.ZodType<number>) =>
  ({
    epoch: epochSchema,
    lease: leaseSchema.nullable(),
    armed: z.boolean(),
    paused: pauseSchema.nullable(),
    activeRegion: regionSchema.nullable(),
    // Absent where it was written before people's moves were told from automation's: nothing is undone then.
    movedBy: z.enum(['automation', 'person']).nullable().default(null),
    fences: z
      .array(
        z.object({
          region: regionSchema,
          by: z.string(),
          reason: z.string(),
          at: instant,
          until: instant.nullish(),
          toldAt: instant.nullish(),
        }),
      )
      .default([]),
    freezes: z
      .array(
        z.object({
          region: regionSchema.nullable(),
          by: z.string(),
          reason: z.string(),
          at: instant,
          until: instant,
        }),
      )
      .default([]),
    lastMoveAt: instant.nullable(),
    unacknowledged: z.string().nullable(),
    looks: z.array(memorySchema).default([]),
    lookedAt: instantSchema.nullable().default(null),
    serving: z.array(regionSchema).nullable().default(null),
    trouble: troubleSchema.nullable().default(null),
    alarmTrouble: troubleSchema.nullable().default(null),
    question: questionSchema.nullable().default(null),
    consents: consentsSchema.nullable().default(null),
    unapproved: unapprovedSchema.nullable().default(null),
    left: leftSchema.nullable().default(null),
    unprotected: z.array(unprotectedSchema).default([]),
    stays: staySchema.nullable().default(null),
    arrivalTrouble: troubleSchema.nullable().default(null),
    evacuation: evacuationSchema.nullable().default(null),
    drill: drillSchema.nullable().default(null),
    lastDrill: pastDrillSchema.nullable().default(null),
    detection: detectionSchema.nullable().default(null),
    drilledAt: instantSchema.nullable().default(null),
    seenGates: z.array(seenGateSchema).default([]),
  }) satisfies Record<Exclude<keyof LedgerRecord, 'service'>, z.ZodType>;
