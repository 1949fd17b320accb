import * as z from 'zod';
import { diagnosisNames } from '../../core/diagnosis.ts';
import type { AlarmReading, Evidence, Readiness, RoutingReading } from '../../core/evidence.ts';
import { type ApprovalAnswer, endings, type Incident, modes, type Request } from '../../core/incident.ts';
import type { Look } from '../../core/looks.ts';
import { requestKinds } from '../../core/observation.ts';
import type { Plan, PlanStep } from '../../core/plan.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Routing } from '../../core/routing.ts';
import type { UserReading } from '../../core/users.ts';
import type { Hold, Move, Verdict } from '../../core/verdict.ts';
import { observationSchema } from '../../synthetics/vantage-contract.ts';
import type { AdmitInput, Execution, RefusedRun } from '../steps/admit.ts';
import type { AnnounceInput } from '../steps/announce.ts';
import type { ApproveInput } from '../steps/approve.ts';
import type { ConcludeInput } from '../steps/conclude.ts';
import type { DecideInput } from '../steps/decide.ts';
import type { Act, RunError } from '../steps/ending.ts';
import type { PrepareInput } from '../steps/prepare.ts';
import type { RollbackInput } from '../steps/rollback.ts';
import type { ShiftInput } from '../steps/shift.ts';
import type { VerifyInput } from '../steps/verify.ts';
import type { WeighInput } from '../steps/weigh.ts';
import { drillOrderSchema, epochSchema, recordMembers, regionSchema } from './record.ts';

/*
 * The payloads of the steps, as the state machine sends them. Members that are not known are dropped: the machine and the
 * functions are deployed one after the other, and the newer one may say more.
 */

const instantSchema = z.number();
const weightsSchema = z.record(z.string(), z.number());
const executionSchema: z.ZodType<Execution> = z.object({
  arn: z.string().min(1),
  startTime: z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'is no point in time'),
});

const requestFields = {
  service: z.string().min(1),
  mode: z.enum(modes),
  from: regionSchema.optional(),
  to: regionSchema.optional(),
  reason: z.string(),
  requestedBy: z.string(),
  force: z.boolean(),
  causedAt: instantSchema,
  drill: drillOrderSchema.optional(),
};

const requestSchema: z.ZodType<Request> = z.object(requestFields);

const incidentSchema: z.ZodType<Incident> = z.object({
  ...requestFields,
  id: z.string().min(1),
  epoch: epochSchema,
  holder: z.string().min(1),
  admittedAt: instantSchema,
});

const routingSchema: z.ZodType<Routing> = z.object({
  epoch: epochSchema.nullable(),
  weights: weightsSchema,
  overridden: z.array(regionSchema).optional(),
});

const planStepSchema: z.ZodType<PlanStep> = z.object({
  percent: z.number(),
  weights: weightsSchema,
  bakeMs: z.number().nonnegative(),
});

const planSchema: z.ZodType<Plan> = z.object({
  from: regionSchema,
  to: regionSchema,
  prior: routingSchema,
  steps: z.array(planStepSchema).min(1),
  flees: z.boolean().optional(),
  prepare: z.array(z.string()),
});

const lookSchema: z.ZodType<Look | null | undefined> = z
  .object({
    at: instantSchema,
    windowMs: z.number().positive(),
    sights: z.array(
      z.object({
        observer: regionSchema,
        region: regionSchema,
        request: z.enum(requestKinds).default('read'),
        good: z.number(),
        bad: z.number(),
        goodAt: instantSchema.nullable(),
        badAt: instantSchema.nullable(),
      }),
    ),
  })
  .nullish();

const moveFields = {
  kind: z.literal('move'),
  diagnosis: z.enum(diagnosisNames),
  plan: planSchema,
  because: z.string(),
  approval: z
    .object({
      required: z.literal(true),
      deadlineMs: z.number().positive(),
      onDeadline: z.enum(['proceed', 'abort']),
      people: z.number().int().positive().optional(),
    })
    .nullable(),
  look: lookSchema,
};

const moveObject = z.object(moveFields);
const moveSchema: z.ZodType<Move> = moveObject;

const redSinceSchema = z.array(z.object({ observer: regionSchema, region: regionSchema, since: instantSchema }));

const holdObject = z.object({
  kind: z.literal('hold'),
  diagnosis: moveFields.diagnosis.nullable(),
  // Core's list of reasons grows, and no step branches on more than one of them.
  reason: z.string().transform((reason) => reason as Hold['reason']),
  because: z.string(),
  wouldChange: z.string(),
  recheckAfterMs: z.number().nullable(),
  redSince: redSinceSchema,
  look: lookSchema,
});

const verdictSchema: z.ZodType<Verdict> = z.discriminatedUnion('kind', [moveObject, holdObject]);

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

const recordSchema: z.ZodType<LedgerRecord> = z.object({
  service: z.string(),
  ...recordMembers(instantSchema),
});

const evidenceSchema: z.ZodType<Evidence> = z.object({
  gatheredAt: instantSchema,
  observations: z.array(observationSchema),
  silent: z.array(z.object({ observer: regionSchema, because: z.string() })),
  alarms: z.array(alarmSchema),
  users: z.array(userSchema).optional(),
  earlier: redSinceSchema,
  routing: readingSchema,
  readiness: z.array(readinessSchema),
  ledger: recordSchema,
});

const refusalSchema: z.ZodType<RefusedRun> = z.object({
  reason: z.string().transform((reason) => reason as RefusedRun['reason']),
  because: z.string(),
  service: z.string().nullable(),
  request: requestSchema.nullable(),
});

const approvalSchema: z.ZodType<ApprovalAnswer> = z.object({
  approved: z.boolean(),
  // Checked where the answer came in; whatever is here, the run must be concluded.
  by: z.string().nullable().catch(null),
  decision: z.enum(['approved', 'declined', 'deadline']),
  way: z.string().nullable().optional(),
});

const actSchema: z.ZodType<Act> = z.object({
  again: z.boolean(),
  ending: z.enum(endings).nullable(),
  because: z.string(),
  verified: z
    .object({ unproven: z.string().nullable().default(null) })
    .nullable()
    .default(null),
});

const errorSchema: z.ZodType<RunError> = z.object({ Error: z.string(), Cause: z.string() });

/** Whatever the execution was started with is the step's to judge: bad input is refused, not thrown. */
export const admitPayload: z.ZodType<AdmitInput> = z.object({ event: z.unknown(), execution: executionSchema });

export const assessPayload: z.ZodType<WeighInput> = z.object({
  incident: incidentSchema,
  previous: verdictSchema.nullable(),
  // A machine of the version before does not say it, and asks Decide.
  approved: z.boolean().nullable().default(null),
  byDeadline: z.boolean().default(false),
});

export const decidePayload: z.ZodType<DecideInput> = z.object({
  incident: incidentSchema,
  evidence: evidenceSchema,
  approved: z.boolean(),
  // A machine of the version before does not say it.
  underWay: planSchema.nullable().default(null),
});

export const announcePayload: z.ZodType<AnnounceInput> = z.object({
  incident: incidentSchema,
  verdict: moveSchema,
  approval: approvalSchema.nullable().default(null),
  execution: z.object({ arn: z.string() }),
});

export const approvePayload: z.ZodType<ApproveInput> = z.object({
  incident: incidentSchema,
  verdict: moveSchema,
  taskToken: z.string().min(1),
});

export const preparePayload: z.ZodType<PrepareInput> = z.object({ incident: incidentSchema, plan: planSchema });

export const shiftPayload: z.ZodType<ShiftInput> = z.object({
  incident: incidentSchema,
  plan: planSchema,
  step: z.number().int().nonnegative(),
  evidenceAt: instantSchema,
  // A machine of the version before does not say it, and what cannot be believed is read again.
  standing: z
    .object({ ledger: recordSchema, version: z.string(), lever: z.string().nullable() })
    .nullable()
    .default(null)
    .catch(null),
});

export const verifyPayload: z.ZodType<VerifyInput> = z.object({
  incident: incidentSchema,
  plan: planSchema,
  step: z.number().int().nonnegative(),
  verifyUntil: instantSchema,
  streak: z.number().int().nonnegative(),
});

export const rollbackPayload: z.ZodType<RollbackInput> = z.object({
  incident: incidentSchema,
  plan: planSchema,
  // A machine of the version before does not say it.
  step: z.number().int().nonnegative().nullable().default(null),
  because: z.string(),
});

export const concludePayload: z.ZodType<ConcludeInput> = z.object({
  incident: incidentSchema.nullable(),
  refusal: refusalSchema.nullable(),
  verdict: verdictSchema.nullable(),
  approval: approvalSchema.nullable(),
  act: actSchema.nullable(),
  error: errorSchema.nullable(),
  execution: executionSchema,
});
