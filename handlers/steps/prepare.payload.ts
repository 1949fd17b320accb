import * as z from 'zod';
import { incidentSchema } from '../parse/incident.ts';
import { planSchema } from '../parse/plan.ts';
import type { PrepareInput } from './prepare.ts';

export const preparePayload: z.ZodType<PrepareInput> = z.object({ incident: incidentSchema, plan: planSchema });
