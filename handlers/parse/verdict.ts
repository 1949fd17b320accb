import * as z from 'zod';
import { diagnosisNames } from '../../core/diagnosis.ts';
import type { Look } from '../../core/looks.ts';
import { requestKinds } from '../../core/observation.ts';
import type { Hold, Move, Verdict } from '../../core/verdict.ts';
import { instantSchema } from './incident.ts';
import { planSchema } from './plan.ts';
import { regionSchema } from './record.ts';

const lookSchema: z.ZodType<Look | null | undefined> = z
  .object({
    at: instantSchema,
    windowMs: z.number().positive(),
    sights: z.array(
      z.object({
        observer: regionSchema,
        region: regionSchema,
        request: z.enum(requestKinds).default('read'),
        good: z.number(),
        bad: z.number(),
        goodAt: instantSchema.nullable(),
        badAt: instantSchema.nullable(),
      }),
    ),
  })
  .nullish();

const moveFields = {
  kind: z.literal('move'),
  diagnosis: z.enum(diagnosisNames),
  plan: planSchema,
  because: z.string(),
  approval: z
    .object({
      required: z.literal(true),
      deadlineMs: z.number().positive(),
      onDeadline: z.enum(['proceed', 'abort']),
      people: z.number().int().positive().optional(),
      when: z
        .object({
          during: z.array(z.string()).optional(),
          outside: z.array(z.string()).optional(),
          frozen: z.boolean().optional(),
        })
        .optional(),
    })
    .nullable(),
  look: lookSchema,
};

const moveObject = z.object(moveFields);

export const moveSchema: z.ZodType<Move> = moveObject;

export const redSinceSchema = z.array(z.object({ observer: regionSchema, region: regionSchema, since: instantSchema }));

const holdObject = z.object({
  kind: z.literal('hold'),
  diagnosis: moveFields.diagnosis.nullable(),
  // Core's list of reasons grows, and no step branches on more than one of them.
  reason: z.string().transform((reason) => reason as Hold['reason']),
  because: z.string(),
  wouldChange: z.string(),
  recheckAfterMs: z.number().nullable(),
  redSince: redSinceSchema,
  look: lookSchema,
});

export const verdictSchema: z.ZodType<Verdict> = z.discriminatedUnion('kind', [moveObject, holdObject]);
