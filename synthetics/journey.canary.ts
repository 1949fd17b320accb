import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { canaryConfig, canaryFields } from './canary.ts';
import { fromHere } from './from-here.ts';
import { healthyAnswerSchema, regionSchema } from './healthy-answer.ts';
import { journey } from './journey.ts';

const configSchema = z.object({
  ...canaryFields,
  regions: z.array(regionSchema).check(z.minLength(1)),
  steps: z
    .array(
      z.object({
        name: z.string(),
        method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
        path: z.string(),
        send: z.optional(z.unknown()),
        status: healthyAnswerSchema.shape.status,
        contentType: healthyAnswerSchema.shape.contentType,
        body: healthyAnswerSchema.shape.body,
        text: healthyAnswerSchema.shape.text,
        keep: z.record(z.string(), z.string()),
      }),
    )
    .check(z.minLength(1)),
});

/** Walks through a service as a user does: grey failures hide behind a health page that is green. */
export async function handler(): Promise<void> {
  await journey(canaryConfig(configSchema), {
    ask: fromHere(),
    unique: randomUUID,
  });
}
