import * as z from 'zod';
import { incidentSchema, instantSchema } from '../parse/incident.ts';
import { planSchema } from '../parse/plan.ts';
import type { VerifyInput } from './verify.ts';

export const verifyPayload: z.ZodType<VerifyInput> = z.object({
  incident: incidentSchema,
  plan: planSchema,
  step: z.number().int().nonnegative(),
  verifyUntil: instantSchema,
  streak: z.number().int().nonnegative(),
});
