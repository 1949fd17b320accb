import * as z from 'zod';
import { evidenceSchema } from '../parse/evidence.ts';
import { incidentSchema } from '../parse/incident.ts';
import { planSchema } from '../parse/plan.ts';
import type { DecideInput } from './decide.ts';

export const decidePayload: z.ZodType<DecideInput> = z.object({
  incident: incidentSchema,
  evidence: evidenceSchema,
  approved: z.boolean(),
  // A machine of the version before does not say it.
  underWay: planSchema.nullable().default(null),
});
