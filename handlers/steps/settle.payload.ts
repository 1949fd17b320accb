import * as z from 'zod';
import { endings } from '../../core/incident.ts';
import { incidentSchema } from '../parse/incident.ts';
import { verdictSchema } from '../parse/verdict.ts';
import type { SettleInput } from './settle.ts';

export const settlePayload: z.ZodType<SettleInput> = z.object({
  incident: incidentSchema,
  verdict: verdictSchema.nullable(),
  ending: z.enum(endings),
  shifted: z.string().nullable(),
  isNews: z.boolean(),
});
