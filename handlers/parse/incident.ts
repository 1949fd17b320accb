import * as z from 'zod';
import { type ApprovalAnswer, type Incident, modes, type Request } from '../../core/incident.ts';
import type { Execution } from '../steps/admit.ts';
import { drillOrderSchema, epochSchema, regionSchema } from './record.ts';

/*
 * Parts of what the state machine sends to the steps. Members that are not known are dropped: the machine and the functions are deployed
 * one after the other, and the newer one may say more.
 */

/** Of an observer's or a function's clock: milliseconds since 1970, parts of one among them. */
export const instantSchema = z.number();

export const executionSchema: z.ZodType<Execution> = z.object({
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

export const requestSchema: z.ZodType<Request> = z.object(requestFields);

export const incidentSchema: z.ZodType<Incident> = z.object({
  ...requestFields,
  id: z.string().min(1),
  epoch: epochSchema,
  holder: z.string().min(1),
  admittedAt: instantSchema,
});

export const approvalSchema: z.ZodType<ApprovalAnswer> = z.object({
  approved: z.boolean(),
  // Checked where the answer came in; whatever is here, the run must be concluded.
  by: z.string().nullable().catch(null),
  decision: z.enum(['approved', 'declined', 'deadline']),
  way: z.string().nullable().optional(),
});
