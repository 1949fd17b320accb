import * as z from 'zod';
import { incidentSchema } from '../parse/incident.ts';
import { moveSchema } from '../parse/verdict.ts';
import type { ApproveInput } from './approve.ts';

export const approvePayload: z.ZodType<ApproveInput> = z.object({
  incident: incidentSchema,
  verdict: moveSchema,
  taskToken: z.string().min(1),
});
