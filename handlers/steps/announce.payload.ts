import * as z from 'zod';
import { approvalSchema, incidentSchema } from '../parse/incident.ts';
import { moveSchema } from '../parse/verdict.ts';
import type { AnnounceInput } from './announce.ts';

export const announcePayload: z.ZodType<AnnounceInput> = z.object({
  incident: incidentSchema,
  verdict: moveSchema,
  approval: approvalSchema.nullable().default(null),
  execution: z.object({ arn: z.string() }),
});
