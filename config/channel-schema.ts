import * as z from 'zod';
import { type Channel, type SlackAppConfig, secretsOf } from '../core/channel.ts';
import { isProven } from '../core/person.ts';
import type { Failover } from '../core/service.ts';
import { askedUrlSchema } from './addresses.ts';
import { type Mistake, repeated } from './mistake.ts';

const secretSchema = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'must name an environment variable; the secret itself stays out of here')
      .optional(),
    /** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
    parameter: z
      .string()
      .regex(/^(\/[a-zA-Z0-9_.-]+){1,15}$/, 'must name an SSM parameter by its path, like /understudy/slack-webhook')
      .max(1011)
      .optional(),
  })
  .refine(({ env, parameter }) => env !== undefined || parameter !== undefined, 'must have env, parameter or both');

const routeSchema = z
  .strictObject({
    services: z.array(z.string()).min(1, 'must name a service, or be left out').optional(),
    severities: z
      .array(z.enum(['critical', 'info']))
      .min(1, 'must name a severity, or be left out')
      .optional(),
    troubles: z
      .array(z.string().regex(/^[a-z-]+(\/[a-z-]+)?$/, 'must be an ending, or one with a reason, like held/dwell'))
      .min(1, 'must name a trouble, or be left out')
      .optional(),
  })
  .optional();

const named = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or -, starting with a letter'),
  only: routeSchema,
};

/** https://docs.slack.dev/reference/objects: upper-case letters and digits, the first letter says of what. */
const slackId = (letters: string, of: string) =>
  z
    .string()
    .regex(
      new RegExp(`^[${letters}][A-Z0-9]{4,30}$`),
      `must be the id of ${of} in Slack, like ${letters[0]}0123ABCD, not its name`,
    );

/** One entry for each kind of channel. */
export const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('slack'),
    ...named,
    secrets: z.strictObject({ webhookUrl: secretSchema }),
  }),
  z.strictObject({
    kind: z.literal('slack-app'),
    ...named,
    teamId: slackId('T', 'a workspace'),
    channelId: slackId('CG', 'a channel'),
    url: askedUrlSchema.default('https://slack.com/api/'),
    approvers: z
      .array(
        z.strictObject({
          userId: slackId('UW', 'a member'),
          person: z.string().trim().min(1).max(128).refine(isProven, 'must be a name that AWS would vouch for'),
        }),
      )
      .default([]),
    secrets: z.strictObject({ botToken: secretSchema, signingSecret: secretSchema.optional() }),
  }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    ...named,
    url: askedUrlSchema.default('https://events.pagerduty.com/v2/enqueue'),
    secrets: z.strictObject({ routingKey: secretSchema }),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    ...named,
    secrets: z.strictObject({ url: secretSchema, signingKey: secretSchema }),
  }),
  z.strictObject({
    kind: z.literal('eventbridge'),
    ...named,
    /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
    bus: z
      .string()
      .regex(/^(?!aws\.)[A-Za-z0-9_.-]{1,256}$/, 'must be the name of an event bus, no ARN')
      .default('default'),
  }),
]);

/** The topics, which every deployment has, have this name in reports. */
const taken = 'sns';

export function* channelMistakes({ notify: { channels }, services }: Failover): Generator<Mistake> {
  yield* repeated(
    channels.map(({ name }) => name),
    ['notify', 'channels'],
  );
  for (const [c, channel] of channels.entries()) {
    const at = (...path: (string | number)[]) => ['notify', 'channels', c, ...path];
    if (channel.name === taken)
      yield { path: at('name'), message: `is ${taken}, which the topics have; choose another` };
    for (const [s, name] of (channel.only?.services ?? []).entries()) {
      if (services.some((service) => service.name === name)) continue;
      yield { path: at('only', 'services', s), message: `is ${name}, which is no service` };
    }
    if (channel.kind === 'slack-app') yield* answerMistakes(channel, at);
    yield* sharedVariables(channel, at);
  }
}

/** Whoever may answer must be told apart, and answers must be told from forgeries. */
function* answerMistakes(
  { approvers, secrets }: SlackAppConfig,
  at: (...path: (string | number)[]) => (string | number)[],
): Generator<Mistake> {
  yield* repeated(
    approvers.map(({ userId }) => userId),
    at('approvers'),
    [],
    'userId',
  );
  if (approvers.length > 0 && secrets.signingSecret === undefined) {
    yield { path: at('secrets', 'signingSecret'), message: 'is missing: without it nobody knows whose answers come' };
  }
  if (approvers.length === 0 && secrets.signingSecret !== undefined) {
    yield { path: at('approvers'), message: 'is empty, and signingSecret is of no use: name who may answer' };
  }
}

/** Two secrets of a channel in one variable: one of them would be sent where the other belongs. */
function* sharedVariables(channel: Channel, at: (...path: string[]) => (string | number)[]): Generator<Mistake> {
  const secrets = Object.entries(secretsOf(channel));
  for (const [index, [name, { env, parameter }]] of secrets.entries()) {
    for (const [other, before] of secrets.slice(0, index)) {
      if (env !== undefined && env === before.env) yield { path: at('secrets', name, 'env'), message: same(other) };
      if (parameter !== undefined && parameter === before.parameter) {
        yield { path: at('secrets', name, 'parameter'), message: same(other) };
      }
    }
  }
}

const same = (other: string) => `is that of ${other}: each secret has a place of its own`;
