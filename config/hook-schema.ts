import * as z from 'zod';
import { hookMoments } from '../core/hook.ts';
import { type Hook, hooksAt, type Service } from '../core/service.ts';
import { functionArnSchema } from './arn.ts';
import { assumeSchema } from './assume-schema.ts';
import { positiveMs } from './healthy-schema.ts';
import { type At, type Mistake, repeated } from './mistake.ts';
import { nameSchema } from './name-schema.ts';

const momentSchema = z.enum(hookMoments);

export const hookSchema = z.strictObject({
  name: nameSchema,
  when: z
    .union([momentSchema, z.array(momentSchema).min(1, 'must have at least one moment')])
    .transform((when) => (typeof when === 'string' ? [when] : when)),
  functionArn: functionArnSchema,
  assume: assumeSchema.optional(),
  timeoutMs: positiveMs.max(900_000, 'must be at most 15 minutes, what a Lambda function may run'),
  retries: z.number().int().min(0).max(3, 'must be at most 3: a region is down while they are made').default(0),
  onFailure: z.enum(['abort', 'continue']).default('abort'),
  safeInRehearsal: z.boolean().default(false),
});

/** What the hooks of one moment may take together: the function that calls them may run a minute longer. */
const togetherMaxMs = 840_000;

export function* hookMistakes(service: Service, at: At): Generator<Mistake> {
  yield* repeated(
    service.hooks.map(({ name }) => name),
    at('hooks'),
  );
  for (const [index, { when }] of service.hooks.entries()) {
    yield* repeated(when, at('hooks', index, 'when'));
    if (when.includes('readiness') && when.length > 1) {
      yield {
        path: at('hooks', index, 'when'),
        message:
          'has readiness beside another moment: what is asked about every region, again and again, changes nothing; make two hooks of it',
      };
    }
  }
  for (const when of hookMoments.slice(1)) {
    const hooks = hooksAt(service, when);
    const mostMs = hooks.reduce((sum, hook) => sum + togetherMs(hook), 0);
    if (mostMs > togetherMaxMs) {
      yield {
        path: at('hooks'),
        message: `has ${when} hooks of ${mostMs} ms, their retries included; all of them together may take ${togetherMaxMs} ms`,
      };
    }
  }
}

const togetherMs = ({ timeoutMs, retries }: Hook): number => timeoutMs * (retries + 1);
