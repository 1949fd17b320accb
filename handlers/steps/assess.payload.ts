import * as z from 'zod';
import { incidentSchema } from '../parse/incident.ts';
import { verdictSchema } from '../parse/verdict.ts';
import type { WeighInput } from './weigh.ts';

export const assessPayload: z.ZodType<WeighInput> = z.object({
  incident: incidentSchema,
  previous: verdictSchema.nullable(),
  // A machine of the version before does not say it, and asks Decide.
  approved: z.boolean().nullable().default(null),
  byDeadline: z.boolean().default(false),
});
