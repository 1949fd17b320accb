import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { isResolver } from '../config/resolver.ts';
import type { Region } from '../core/brand.ts';
import { isPattern } from '../core/judge.ts';

// zod/mini brings no messages of its own; zod would bring them and 65 KB more to every cold start.
z.config(en());

/** Branded by a cast: a transform would run for each of the observations, and change nothing. */
export const regionSchema = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a region name')) as unknown as z.ZodMiniType<Region, string>;

const status = z.int().check(z.minimum(100), z.maximum(599));

export const healthyAnswerSchema = z.object({
  path: z.string(),
  method: z.optional(z.enum(['GET', 'HEAD', 'POST'])),
  /** Sent as JSON. */
  send: z.optional(z.unknown()),
  status: z.union([status, z.readonly(z.array(status).check(z.minLength(1)))]),
  contentType: z.nullable(z.string().check(z.minLength(1))),
  body: z.readonly(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  text: z.optional(
    z.union([z.object({ contains: z.string() }), z.object({ matches: z.string().check(z.refine(isPattern)) })]),
  ),
  servedBy: z.union([
    z.object({ header: z.string().check(z.minLength(1)) }),
    z.object({ field: z.string().check(z.minLength(1)) }),
  ]),
  slowMs: z.number().check(z.positive()),
  timeoutMs: z.number().check(z.positive(), z.maximum(60_000)),
});

/** Complete, with the path: nothing is appended to it. */
export const urlSchema = z.url({ protocol: /^https?$/ });

/** DNS servers to ask instead of the system's. */
export const resolversSchema = z.readonly(
  z.array(z.string().check(z.refine(isResolver, 'must be an IP address, with a port if need be'))),
);
