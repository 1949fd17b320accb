import * as z from 'zod';
import { endings } from '../../core/incident.ts';
import { approvalSchema, executionSchema, incidentSchema, requestSchema } from '../parse/incident.ts';
import { verdictSchema } from '../parse/verdict.ts';
import type { RefusedRun } from './admit.ts';
import type { ConcludeInput } from './conclude.ts';
import type { Act, RunError } from './ending.ts';

const refusalSchema: z.ZodType<RefusedRun> = z.object({
  reason: z.string().transform((reason) => reason as RefusedRun['reason']),
  because: z.string(),
  service: z.string().nullable(),
  request: requestSchema.nullable(),
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

export const concludePayload: z.ZodType<ConcludeInput> = z.object({
  incident: incidentSchema.nullable(),
  refusal: refusalSchema.nullable(),
  verdict: verdictSchema.nullable(),
  approval: approvalSchema.nullable(),
  act: actSchema.nullable(),
  error: errorSchema.nullable(),
  execution: executionSchema,
});
