import * as z from 'zod';
import { executionSchema } from '../parse/incident.ts';
import type { AdmitInput } from './admit.ts';

/** Whatever the execution was started with is the step's to judge: bad input is refused, not thrown. */
export const admitPayload: z.ZodType<AdmitInput> = z.object({ event: z.unknown(), execution: executionSchema });
