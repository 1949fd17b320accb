import * as z from 'zod';
import { region } from '../core/brand.ts';
import type { Failover, Service } from '../core/service.ts';
import { type At, type Fault, repeated } from './fault.ts';
import { ledgerFaults } from './ledger-faults.ts';
import { leverFaults, leverSchema, leversFaults } from './lever-schema.ts';
import { homeObserverFaults, watchFaults } from './watch-faults.ts';

/** `us-east-1`, `ap-southeast-2`, `us-gov-west-1`. */
const regionSchema = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is no AWS region name; write it like us-east-1')
  .transform(region);

/** Canary names take lower-case letters, digits, `_` and `-`; service names become part of them. */
const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or -, starting with a letter');

const urlSchema = z
  .url({ protocol: /^https?$/, error: 'is no http(s) URL' })
  .transform((url) => url.replace(/\/+$/, ''));

const durationMs = z.number('must be a number of milliseconds').int().nonnegative();

const positiveMs = durationMs.positive();

const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `is no ${service} ARN; write it like ${example}`);

const bodySchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const healthySchema = z.strictObject({
  path: z.string().startsWith('/', 'must start with /').default('/'),
  status: z.number().int().min(100).max(599).default(200),
  contentType: z.string().min(1).default('application/json'),
  body: bodySchema.default({}),
  servedBy: z
    .union([z.strictObject({ header: z.string().toLowerCase() }), z.strictObject({ field: z.string() })], {
      error: 'must be { header: "x-served-region" } or { field: "region" }',
    })
    .default({ field: 'region' }),
  slowMs: positiveMs.default(1_000),
  timeoutMs: positiveMs.default(2_000),
});

/** The upper bounds below keep every honest run within the machine's own: see workflows/failover/bounds.ts. */
const hourMs = 3_600_000;

const policySchema = z.strictObject({
  automatic: z.boolean().default(true),
  shadow: z.boolean().default(false),
  quorum: z.number().int().min(2, 'must be at least 2: one witness is no quorum').default(2),
  dwellMs: durationMs.max(hourMs / 2, 'must be at most half an hour').default(10_000),
  recheckForMs: durationMs.max(hourMs / 2, 'must be at most half an hour').default(60_000),
  burst: z
    .strictObject({ count: z.number().int().min(1).max(20).default(3), intervalMs: positiveMs.default(1_000) })
    .prefault({}),
  cooldownMs: durationMs.default(30 * 60_000),
  evidenceMaxAgeMs: positiveMs.default(60_000),
  eventMaxAgeMs: positiveMs.default(5 * 60_000),
  // Twice as long as a function that writes may run: it is stopped long before its lease can be anybody else's.
  leaseMs: positiveMs.min(30_000, 'must be at least 30000: a lease outlives every write').default(10 * 60_000),
  approval: z
    .discriminatedUnion('required', [
      z.strictObject({ required: z.literal(false) }),
      z.strictObject({
        required: z.literal(true),
        deadlineMs: positiveMs.max(hourMs, 'must be at most an hour'),
        onDeadline: z.enum(['proceed', 'abort']),
      }),
    ])
    .default({ required: false }),
  ramp: z
    .strictObject({
      percents: z
        .array(z.number().int().min(1).max(100))
        .min(1)
        .max(4, 'must have at most 4 steps')
        .refine(
          (percents) => percents.every((percent, i) => i === 0 || percent > (percents[i - 1] ?? 0)),
          'must ascend',
        )
        .refine((percents) => percents.at(-1) === 100, 'must end in 100')
        .default([100]),
      bakeMs: durationMs.max(hourMs / 2, 'must be at most half an hour').default(60_000),
    })
    .prefault({}),
  verify: z
    .strictObject({
      timeoutMs: positiveMs.max(hourMs / 6, 'must be at most ten minutes').default(180_000),
      intervalMs: positiveMs.default(2_000),
      consecutive: z.number().int().min(1).max(10).default(2),
    })
    .prefault({}),
  failback: z
    .discriminatedUnion('automatic', [
      z.strictObject({ automatic: z.literal(false) }),
      z.strictObject({ automatic: z.literal(true), greenForMs: positiveMs }),
    ])
    .default({ automatic: false }),
  rtoTargetMs: positiveMs.default(150_000),
});

const hookSchema = z.strictObject({
  name: nameSchema,
  when: z.enum(['readiness', 'prepare']),
  functionArn: arn('lambda', 'arn:aws:lambda:us-west-2:123456789012:function:scale-up'),
  timeoutMs: positiveMs.max(900_000, 'must be at most 15 minutes, what a Lambda function may run'),
  onFailure: z.enum(['abort', 'continue']).default('abort'),
});

const journeyStepSchema = z.strictObject({
  name: nameSchema,
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: z.string().startsWith('/', 'must start with /'),
  send: z.json().optional(),
  status: z.number().int().min(100).max(599).default(200),
  contentType: z.string().min(1).default('application/json'),
  body: bodySchema.default({}),
  keep: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]*$/), z.string().min(1)).default({}),
});

/** A schedule of Synthetics is `rate(1 minute)` to `rate(1 hour)`. https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryScheduleInput.html */
const canariesSchema = z.strictObject({
  everyMinutes: z.number().int().min(1).max(60, 'must be at most 60: Synthetics has no longer rate').default(1),
  observers: z.array(regionSchema).optional(),
});

const serviceSchema = z.strictObject({
  name: nameSchema,
  regions: z
    .array(z.strictObject({ region: regionSchema, endpoint: urlSchema }))
    .min(2, 'must list at least two: a service with one region has nowhere to go'),
  frontDoor: z.strictObject({ url: urlSchema, resolvers: z.array(z.string()).default([]) }),
  healthy: healthySchema.prefault({}),
  lever: leverSchema,
  policy: policySchema.prefault({}),
  hooks: z.array(hookSchema).default([]),
  canaries: canariesSchema.prefault({}),
  journey: z
    .strictObject({
      steps: z
        .array(journeyStepSchema)
        .min(2, 'must have at least two: one request is what the front door canary does')
        .max(10, 'must have at most 10 steps'),
    })
    .optional(),
});

/** https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const topicSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,256}$/, 'must be 1 to 256 letters, digits, _ or -, the name of an SNS topic');

const ledgerSchema = z.strictObject({
  tableName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'must be 3 to 255 letters, digits, _, . or -'),
  region: regionSchema,
  replicas: z.array(regionSchema).default([]),
  witness: regionSchema.optional(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export const failoverSchema = z
  .strictObject({
    name: nameSchema.default('understudy'),
    account: z.string().regex(/^\d{12}$/, 'must be the 12 digits of an AWS account'),
    observers: z.array(regionSchema).min(3, 'must list at least three: two cannot outvote a broken one'),
    controlRegions: z.array(regionSchema).min(1),
    ledger: ledgerSchema,
    logRetentionDays: z
      .literal(logRetentionDays, `must be one that CloudWatch Logs has: ${logRetentionDays.join(', ')}`)
      .default(90),
    controlTarget: z.strictObject({ url: urlSchema, status: z.number().int().default(200) }),
    notify: z.strictObject({
      topics: z.strictObject({ critical: topicSchema, info: topicSchema }),
      slackWebhookEnv: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/, 'must name an environment variable; the webhook URL itself is a secret')
        .optional(),
      slackWebhookParameter: z
        .string()
        .regex(/^(\/[a-zA-Z0-9_.-]+){1,15}$/, 'must name an SSM parameter by its path, like /understudy/slack-webhook')
        .max(1011)
        .optional(),
      slackChannel: z
        .strictObject({
          workspaceId: z.string().regex(/^[0-9A-Z]{1,255}$/, 'must be the id of a Slack workspace, like T07EA123LEP'),
          channelId: z.string().regex(/^[A-Za-z0-9]{1,256}$/, 'must be the id of a Slack channel, like C07EZ1ABC23'),
        })
        .optional(),
      emails: z.array(z.email('is no e-mail address')).default([]),
      remindAfterMs: positiveMs.min(60_000, 'must be at least a minute: runs look every minute').default(15 * 60_000),
    }),
    runbookUrl: z
      .string()
      .regex(/^[^\s#]+$/, 'must be a URL or path without #; the article is appended')
      .default('docs/runbook.md'),
    fastProbe: z.boolean().default(false),
    breakGlass: z.strictObject({ overrideSafetyRules: z.boolean() }).optional(),
    services: z.array(serviceSchema).min(1),
  })
  .superRefine((failover, context) => {
    for (const { path, message } of crossFaults(failover as Failover))
      context.addIssue({ code: 'custom', path, message });
  });

/** What a person writes: everything with a default may be left out. */
export type FailoverInput = z.input<typeof failoverSchema>;

/** What no single member can tell: rules between members. */
function* crossFaults(failover: Failover): Generator<Fault> {
  const { observers, controlRegions, services } = failover;
  yield* repeated(observers, ['observers']);
  yield* repeated(
    services.map(({ name }) => name),
    ['services'],
  );
  for (const [s, service] of services.entries()) {
    const at = (...path: (string | number)[]) => ['services', s, ...path];
    const names: string[] = service.regions.map(({ region }) => region);
    yield* repeated(names, at('regions'));
    if (observers.every((observer) => names.includes(observer))) {
      yield {
        path: ['observers'],
        message: `must have one that is no region of ${service.name}: somebody has to watch from outside`,
      };
    }
    if (service.policy.quorum > observers.length) {
      yield {
        path: at('policy', 'quorum'),
        message: `is ${service.policy.quorum}, more than the ${observers.length} observers`,
      };
    }
    if (controlRegions.every((control) => control === names[0])) {
      yield { path: ['controlRegions'], message: `must not be ${service.name}'s home region alone: it dies with it` };
    }
    yield* leverFaults(service, at);
    if (service.healthy.slowMs > service.healthy.timeoutMs) {
      yield { path: at('healthy', 'slowMs'), message: 'is above timeoutMs: no answer could be slow and in time' };
    }
    yield* timeFaults(service, at);
    yield* watchFaults(service, failover, at);
  }
  yield* leversFaults(services);
  yield* homeObserverFaults(failover);
  yield* ledgerFaults(failover);
}

/** What a look may take: Verify's function has 25 s for one, and the call and the record take some of them. */
const lookMaxMs = 15_000;

/** What the hooks before the write may take together: the function that calls them may run a minute longer. */
const prepareMaxMs = 840_000;

/** Times that a step could not keep: its function would be stopped at every attempt. */
function* timeFaults({ healthy, policy, hooks }: Service, at: At): Generator<Fault> {
  const lookMs = (policy.burst.count - 1) * policy.burst.intervalMs + healthy.timeoutMs;
  if (lookMs > lookMaxMs) {
    yield {
      path: at('policy', 'burst'),
      message: `is ${lookMs} ms long with healthy.timeoutMs; a look may take ${lookMaxMs} ms`,
    };
  }
  if (lookMs > policy.evidenceMaxAgeMs) {
    yield {
      path: at('policy', 'evidenceMaxAgeMs'),
      message: `is less than the ${lookMs} ms that a look takes: no evidence would be fresh`,
    };
  }
  const prepareMs = hooks.reduce((sum, { when, timeoutMs }) => (when === 'prepare' ? sum + timeoutMs : sum), 0);
  if (prepareMs > prepareMaxMs) {
    yield {
      path: at('hooks'),
      message: `has prepare hooks of ${prepareMs} ms; all of them together may take ${prepareMaxMs} ms`,
    };
  }
}
