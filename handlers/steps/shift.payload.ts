import * as z from 'zod';
import { recordSchema } from '../parse/evidence.ts';
import { incidentSchema, instantSchema } from '../parse/incident.ts';
import { planSchema } from '../parse/plan.ts';
import type { ShiftInput } from './shift.ts';

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
