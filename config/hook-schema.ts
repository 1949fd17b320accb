import * as z from 'zod';
import { hookMoments } from '../core/hook.ts';
import { type Hook, hooksAt, type Service } from '../core/service.ts';
import { functionArnSchema } from './arn.ts';
import { assumeSchema } from './assume-schema.ts';
import { positiveMs } from './healthy-schema.ts';
import { type At, type Mistake, repeated } from './mistake.ts';
import { nameSchema } from './name-schema.ts';
import { readyDefaults, readyHookSchema, readyMistakes } from './ready-hook-schema.ts';

const momentSchema = z.enum(hookMoments);

export const hookSchema = z
  .strictObject({
    name: nameSchema,
    when: z
      .union([momentSchema, z.array(momentSchema).min(1, 'must have at least one moment')])
      .transform((when) => (typeof when === 'string' ? [when] : when))
      .optional(),
    functionArn: functionArnSchema.optional(),
    assume: assumeSchema.optional(),
    ready: readyHookSchema.optional(),
    timeoutMs: positiveMs.max(900_000, 'must be at most 15 minutes, what a Lambda function may run').optional(),
    retries: z.number().int().min(0).max(3, 'must be at most 3: a region is down while they are made').default(0),
    onFailure: z.enum(['abort', 'continue']).default('abort'),
    safeInRehearsal: z.boolean().optional(),
  })
  .transform((hook, context) => {
    const { ready, functionArn } = hook;
    const missing = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((ready === undefined) === (functionArn === undefined)) {
      missing(
        'functionArn',
        'must be there, or ready, and not both: a function of yours or one that comes with the deployment',
      );
    }
    if (ready !== undefined && hook.assume !== undefined)
      missing('assume', 'is for a function of your own: what comes with the deployment works in its account');
    const usual = ready === undefined ? null : readyDefaults[ready.kind];
    if (usual === null && hook.when === undefined)
      missing('when', `is missing; it is one or several of ${hookMoments.join(', ')}`);
    if (usual === null && hook.timeoutMs === undefined) missing('timeoutMs', 'is missing');
    for (const when of usual === null ? [] : (hook.when ?? [])) {
      if (!usual?.when.includes(when))
        missing('when', `is ${when}, and ${ready?.kind} knows ${usual?.when.join(', ')}`);
    }
    return {
      ...hook,
      when: hook.when ?? [...(usual?.when ?? [])],
      timeoutMs: hook.timeoutMs ?? usual?.timeoutMs ?? 0,
      // Asked in a rehearsal, those that come with the deployment say what they would do.
      safeInRehearsal: hook.safeInRehearsal ?? ready !== undefined,
    };
  });

/** What the hooks of one moment may take together: the function that calls them may run a minute longer. */
const togetherMaxMs = 840_000;

export function* hookMistakes(service: Service, at: At): Generator<Mistake> {
  // A hook that is wrong in itself comes here as it was written, and has its own mistake.
  if (!service.hooks.every(({ when }) => Array.isArray(when))) return;
  yield* repeated(
    service.hooks.map(({ name }) => name),
    at('hooks'),
  );
  for (const [index, { when, ready }] of service.hooks.entries()) {
    if (ready !== undefined) yield* readyMistakes(service, ready, (...path) => at('hooks', index, 'ready', ...path));
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
