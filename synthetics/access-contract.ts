import * as z from 'zod/mini';
import { signingServices } from '../core/access.ts';

const text = z.string().check(z.minLength(1));

/** Where a secret lies; what it is is read in the region of whoever probes. */
const placeSchema = z.union([z.object({ parameter: text }), z.object({ secret: text, field: z.optional(text) })]);

const headerValueSchema = z.union([
  z.string(),
  z.object({ parameter: text, prefix: z.optional(z.string()) }),
  z.object({ secret: text, field: z.optional(text), prefix: z.optional(z.string()) }),
]);

/** As `Access` in core, in the event of a vantage and in the environment of a canary. */
export const accessSchema = z.object({
  headers: z.readonly(z.record(z.string(), headerValueSchema)),
  certificate: z.optional(z.object({ certificate: placeSchema, key: placeSchema, authority: z.optional(placeSchema) })),
  sign: z.optional(
    z.object({
      service: z.enum(signingServices),
      resources: z.readonly(z.array(z.string())),
    }),
  ),
  token: z.optional(
    z.object({
      url: z.url({ protocol: /^https?$/ }),
      clientId: text,
      clientSecret: placeSchema,
      scope: z.optional(text),
    }),
  ),
});
