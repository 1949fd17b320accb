import * as z from 'zod';
import type { Failover } from '../core/service.ts';
import { accessMistakes, accessSchema } from './access-schema.ts';
import { askedUrlSchema, baseUrlSchema, hostNameSchema, pathSchema } from './addresses.ts';
import { accountMistakes } from './arn.ts';
import { arrivalsSchema } from './arrivals-schema.ts';
import { breakGlassSchema } from './break-glass.ts';
import { approvalTimeSchema, calendarMistakes, calendarSchema, freezesSchema } from './calendar-schema.ts';
import { channelMistakes, channelSchema } from './channel-schema.ts';
import { consoleMistakes, consoleSchema } from './console-schema.ts';
import { distinctMistakes } from './distinct-mistakes.ts';
import { detectionSchema, drillMistakes, drillsSchema } from './drill-schema.ts';
import { evidenceMistakes } from './evidence-size.ts';
import type { FailoverInput } from './failover-input.ts';
import {
  bodySchema,
  contentTypeSchema,
  durationMs,
  healthyMistakes,
  healthySchema,
  positiveMs,
  statusesSchema,
  statusSchema,
  textSchema,
  withContentType,
  writeProbeSchema,
} from './healthy-schema.ts';
import { homeMistakes } from './home-mistakes.ts';
import { hookMistakes, hookSchema } from './hook-schema.ts';
import { ledgerMistakes } from './ledger-mistakes.ts';
import { leverMistakes, leverSchema, leversMistakes } from './lever-schema.ts';
import type { Mistake } from './mistake.ts';
import { nameSchema } from './name-schema.ts';
import { networkMistakes, networksSchema } from './network-schema.ts';
import { quorumMistakes, withQuorum } from './quorum.ts';
import { regionSchema } from './regions.ts';
import { isResolver } from './resolver.ts';
import { strangeRegions } from './strange-regions.ts';
import { timeMistakes } from './time-mistakes.ts';
import { userAlarmMistakes, userAlarmsSchema } from './user-alarm-schema.ts';
import { sharedMistakes, watchMistakes } from './watch-mistakes.ts';

/** The upper bounds below keep every honest run within the machine's own: see workflows/failover/bounds.ts. */
const hourMs = 3_600_000;
const weekMs = 7 * 24 * hourMs;

/** Of a look, which Verify's function has to be done with. */
const lookPart = positiveMs.max(15_000, 'must be at most 15000: so long a look may take');

const policySchema = z.strictObject({
  automatic: z.boolean().default(true),
  shadow: z.boolean().default(false),
  /** A majority of the observers that watch the service, where it is left out. */
  quorum: z.number().int().min(2, 'must be at least 2: one witness is no quorum').optional(),
  minority: z.boolean().default(false),
  dwellMs: durationMs.max(hourMs / 2, 'must be at most half an hour').default(10_000),
  brownOut: z
    .strictObject({
      share: z
        .number('must be a share from 0.1 to 1')
        .min(0.1, 'must be at least 0.1: a smaller share cannot be told from chance')
        .max(1, 'must be at most 1; write 40 % as 0.4')
        .default(0.4),
      windowMs: positiveMs
        .min(60_000, 'must be at least a minute: a few looks tell no share')
        .max(hourMs / 2, 'must be at most half an hour')
        .default(hourMs / 6),
      probes: z.number().int().min(30, 'must be at least 30: fewer probes tell no share').max(1_000).default(100),
    })
    .prefault({}),
  recheckForMs: durationMs.max(hourMs / 2, 'must be at most half an hour').default(45_000),
  burst: z
    .strictObject({ count: z.number().int().min(1).max(20).default(3), intervalMs: lookPart.default(1_000) })
    .prefault({}),
  cooldownMs: durationMs
    .max(weekMs, 'must be at most a week; automatic: false leaves every move to people')
    .default(30 * 60_000),
  evidenceMaxAgeMs: positiveMs
    .max(hourMs / 6, 'must be at most ten minutes: what was seen before says nothing of now')
    .default(60_000),
  eventMaxAgeMs: positiveMs
    .max(hourMs, 'must be at most an hour: the reconciler starts a run each minute while a region is red')
    .default(5 * 60_000),
  // Twice as long as a function that writes may run: it is stopped long before its lease can be anybody else's.
  leaseMs: positiveMs
    .min(30_000, 'must be at least 30000: a lease outlives every write')
    .max(hourMs, 'must be at most an hour: so long a run of which nothing is known keeps others out')
    .default(10 * 60_000),
  approval: z
    .discriminatedUnion('required', [
      z.strictObject({ required: z.literal(false) }),
      z.strictObject({
        required: z.literal(true),
        deadlineMs: positiveMs.max(hourMs, 'must be at most an hour'),
        onDeadline: z.enum(['proceed', 'abort']),
        people: z
          .number()
          .int()
          .min(1)
          .max(5, 'must be at most 5: a region is down while they are looked for')
          .default(1),
        when: approvalTimeSchema.optional(),
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
      intervalMs: positiveMs.max(hourMs / 6, 'must be at most ten minutes').default(2_000),
      consecutive: z.number().int().min(1).max(10).default(2),
    })
    .prefault({}),
  failback: z
    .discriminatedUnion('automatic', [
      z.strictObject({ automatic: z.literal(false) }),
      z.strictObject({
        automatic: z.literal(true),
        greenForMs: positiveMs.max(weekMs, 'must be at most a week; automatic: false leaves the way home to people'),
      }),
    ])
    .default({ automatic: false }),
  reprotect: z
    .strictObject({
      greenForMs: positiveMs.max(weekMs, 'must be at most a week').default(hourMs / 2),
      withinMs: positiveMs
        .min(60_000, 'must be at least a minute: the metric counts minutes')
        .max(weekMs, 'must be at most a week: a service without a standby is forgotten by then')
        .default(4 * hourMs),
    })
    .refine(
      ({ greenForMs, withinMs }) => greenForMs < withinMs,
      'must have a withinMs above greenForMs: else each move is late',
    )
    .prefault({}),
  rtoTargetMs: positiveMs.max(24 * hourMs, 'must be at most a day').default(150_000),
  drillWithinDays: z.number().int().min(1).max(366, 'must be at most 366: a year').optional(),
});

const journeyStepSchema = z
  .strictObject({
    name: nameSchema,
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    path: pathSchema,
    send: z.json().optional(),
    status: statusesSchema.default(200),
    contentType: contentTypeSchema,
    body: bodySchema.default({}),
    text: textSchema,
    keep: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]*$/), z.string().min(1)).default({}),
  })
  .transform(withContentType);

/** A schedule of Synthetics is `rate(1 minute)` to `rate(1 hour)`. https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryScheduleInput.html */
const canariesSchema = z.strictObject({
  everyMinutes: z.number().int().min(1).max(60, 'must be at most 60: Synthetics has no longer rate').default(1),
  observers: z.array(regionSchema).optional(),
});

const serviceSchema = z.strictObject({
  name: nameSchema,
  regions: z
    .array(
      z.strictObject({
        region: regionSchema,
        endpoint: baseUrlSchema,
        path: pathSchema.optional(),
        host: hostNameSchema.optional(),
        arrivals: arrivalsSchema.optional(),
        userAlarms: userAlarmsSchema,
      }),
    )
    .min(2, 'must list at least two: a service with one region has nowhere to go'),
  frontDoor: z.strictObject({
    url: baseUrlSchema,
    hosts: z.array(hostNameSchema).max(50).optional(),
    resolvers: z
      .array(
        z
          .string()
          .refine(isResolver, 'must be an IP address, with a port if need be, like 8.8.8.8 or [2001:db8::1]:53'),
      )
      .default([]),
  }),
  healthy: healthySchema.prefault({}),
  access: accessSchema.optional(),
  writeProbe: writeProbeSchema.optional(),
  lever: leverSchema,
  policy: policySchema.prefault({}),
  tier: z.number().int().min(1).max(20).optional(),
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
    account: z.string('must be a string of 12 digits').regex(/^\d{12}$/, 'must be the 12 digits of an AWS account'),
    observers: z.array(regionSchema).min(3, 'must list at least three: two cannot outvote a broken one'),
    controlRegions: z.array(regionSchema).min(1),
    ledger: ledgerSchema,
    logRetentionDays: z
      .literal(
        logRetentionDays,
        `must be one that CloudWatch Logs has, a number of days: ${logRetentionDays.join(', ')}`,
      )
      .default(90),
    controlTarget: z.strictObject({ url: askedUrlSchema, status: statusSchema.default(200) }),
    notify: z.strictObject({
      topics: z.strictObject({ critical: topicSchema, info: topicSchema }),
      channels: z.array(channelSchema).default([]),
      slackChannel: z
        .strictObject({
          workspaceId: z.string().regex(/^[0-9A-Z]{1,255}$/, 'must be the id of a Slack workspace, like T07EA123LEP'),
          channelId: z.string().regex(/^[A-Za-z0-9]{1,256}$/, 'must be the id of a Slack channel, like C07EZ1ABC23'),
        })
        .optional(),
      emails: z.array(z.email('is no e-mail address')).default([]),
      remindAfterMs: positiveMs
        .min(60_000, 'must be at least a minute: runs look every minute')
        .max(24 * hourMs, 'must be at most a day: a trouble that nobody is reminded of is forgotten')
        .default(15 * 60_000),
      wellAfterMs: durationMs.max(hourMs, 'must be at most an hour: people wait for the word').default(10 * 60_000),
    }),
    runbookUrl: z
      .string()
      .regex(/^[^\s#]+$/, 'must be a URL or path without #; the article is appended')
      .refine((url) => !/^[a-z]+:\/\/[^/?]*@/i.test(url), 'holds a user or a password, and is sent to everybody')
      .default('docs/runbook.md'),
    fastProbe: z.boolean().default(false),
    networks: networksSchema,
    sharedCanaries: z.boolean().default(false),
    concurrentMoves: z.number().int().min(1).max(1_000).default(40),
    breakGlass: breakGlassSchema.optional(),
    services: z.array(serviceSchema).min(1),
    calendar: calendarSchema,
    freezes: freezesSchema,
    detection: detectionSchema.optional(),
    drills: drillsSchema,
    console: consoleSchema,
  })
  .superRefine((failover, context) => {
    for (const { path, message } of crossMistakes(withQuorum(failover as Failover)))
      context.addIssue({ code: 'custom', path: [...path], message });
  });

export type { FailoverInput } from './failover-input.ts';

type Input = z.input<typeof failoverSchema>;
// Does not compile where the two differ.
true satisfies [Input, FailoverInput] extends [FailoverInput, Input] ? true : never;

/** What no single member can tell: rules between members, and a region that may be the cause where one of them is broken. */
function crossMistakes(failover: Failover): readonly Mistake[] {
  const mistakes = [...rulesBetween(failover)];
  return mistakes.length === 0 ? [] : [...mistakes, ...strangeRegions(failover)];
}

function* rulesBetween(failover: Failover): Generator<Mistake> {
  yield* distinctMistakes(failover);
  yield* channelMistakes(failover);
  yield* accountMistakes(failover);
  for (const [s, service] of failover.services.entries()) {
    const at = (...path: (string | number)[]) => ['services', s, ...path];
    yield* quorumMistakes(service, failover, at);
    yield* leverMistakes(service, at);
    yield* healthyMistakes(service, at);
    yield* accessMistakes(service, at);
    yield* timeMistakes(service, at);
    yield* hookMistakes(service, at);
    yield* evidenceMistakes(service, failover, at);
    yield* watchMistakes(service, failover, at);
    yield* userAlarmMistakes(service, at);
  }
  yield* sharedMistakes(failover);
  yield* networkMistakes(failover);
  yield* leversMistakes(failover.services);
  yield* homeMistakes(failover);
  yield* ledgerMistakes(failover);
  yield* calendarMistakes(failover);
  yield* drillMistakes(failover);
  yield* consoleMistakes(failover);
}
