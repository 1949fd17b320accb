import * as z from 'zod';
import { incidentSchema } from '../parse/incident.ts';
import { planSchema } from '../parse/plan.ts';
import type { RollbackInput } from './rollback.ts';

export const rollbackPayload: z.ZodType<RollbackInput> = z.object({
  incident: incidentSchema,
  plan: planSchema,
  // A machine of the version before does not say it.
  step: z.number().int().nonnegative().nullable().default(null),
  because: z.string(),
});
