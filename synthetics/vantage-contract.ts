import * as z from 'zod/mini';
import { badReasons } from '../core/observation.ts';
import { accessSchema } from './access-contract.ts';
import { flagPlaceSchema } from './flag.ts';
import { healthyAnswerSchema, regionSchema, resolversSchema, urlSchema } from './healthy-answer.ts';

/** Left out of a read, so that what is told of one is as short as it was. */
const requestSchema = z.optional(z.literal('write'));

const targetSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('regional'), region: regionSchema, request: requestSchema }),
  z.object({ kind: z.literal('front-door'), request: requestSchema }),
  z.object({ kind: z.literal('edge') }),
  z.object({ kind: z.literal('control') }),
]);

const aimSchema = z.object({
  target: targetSchema,
  /** GET where it is left out. */
  method: z.optional(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])),
  /** Sent as JSON. */
  send: z.optional(z.unknown()),
  /** What opens the doors, by where it lies. */
  access: z.optional(accessSchema),
  /** Asked for instead of the URL's host. */
  host: z.optional(z.string().check(z.minLength(1))),
  /** Complete, path included (`probeUrl` in core makes it): the control target has no path to append. */
  url: urlSchema,
  /** A control target is judged by the status in here alone. */
  healthy: healthyAnswerSchema,
  /** Null where any region may answer. */
  expectedRegion: z.nullable(regionSchema),
  resolvers: resolversSchema,
  timeoutMs: z.number().check(z.positive(), z.maximum(60_000)),
  /** The flag of a detection drill that this look heeds; without it what is seen is the truth. */
  flag: z.optional(flagPlaceSchema),
});

/** As many as a vantage takes in one question. */
export const targetsMax = 50;

/** What a vantage function is asked: a burst of probes at each target. It takes (count - 1) * intervalMs + timeoutMs. */
export const vantageEventSchema = z.object({
  targets: z.array(aimSchema).check(z.minLength(1), z.maxLength(targetsMax)),
  burst: z.object({
    count: z.int().check(z.minimum(1), z.maximum(100)),
    intervalMs: z.number().check(z.minimum(0), z.maximum(60_000)),
  }),
});

const beliefSchema = z.object({ override: z.number(), routing: z.number(), weights: z.readonly(z.array(z.number())) });

const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('good'), servedBy: z.nullable(regionSchema), belief: z.optional(beliefSchema) }),
  z.object({
    kind: z.literal('bad'),
    because: z.enum(badReasons),
    detail: z.string(),
  }),
]);

export const observationSchema = z.object({
  observer: regionSchema,
  target: targetSchema,
  at: z.number(),
  latencyMs: z.number().check(z.minimum(0)),
  outcome: outcomeSchema,
});

/** What it answers: every probe it sent, as it saw it. */
export const vantageResultSchema = z.object({
  /** The region it ran in. */
  observer: regionSchema,
  startedAt: z.number(),
  observations: z.array(observationSchema),
});

export type VantageEvent = z.infer<typeof vantageEventSchema>;
export type VantageAim = VantageEvent['targets'][number];
export type VantageResult = z.infer<typeof vantageResultSchema>;

/** An aim as a vantage takes it: it is told how long it may take. */
export const aimOf = (aim: Omit<VantageAim, 'timeoutMs'>): VantageAim => ({
  ...aim,
  timeoutMs: aim.healthy.timeoutMs,
});
