import * as z from 'zod';
import type { Plan, PlanStep } from '../../core/plan.ts';
import type { Routing } from '../../core/routing.ts';
import { epochSchema, regionSchema } from './record.ts';

const weightsSchema = z.record(z.string(), z.number());

export const routingSchema: z.ZodType<Routing> = z.object({
  epoch: epochSchema.nullable(),
  weights: weightsSchema,
  overridden: z.array(regionSchema).optional(),
});

const planStepSchema: z.ZodType<PlanStep> = z.object({
  percent: z.number(),
  weights: weightsSchema,
  bakeMs: z.number().nonnegative(),
});

export const planSchema: z.ZodType<Plan> = z.object({
  from: regionSchema,
  to: regionSchema,
  prior: routingSchema,
  steps: z.array(planStepSchema).min(1),
  flees: z.boolean().optional(),
  detects: z
    .object({ id: z.string(), by: z.string(), reason: z.string(), startedAt: z.number(), until: z.number() })
    .optional(),
  prepare: z.array(z.string()),
});
