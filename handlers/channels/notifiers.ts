import type { Region } from '../../core/brand.ts';
import { type Channel, tellingSecretsOf } from '../../core/channel.ts';
import { isRouted } from '../../core/route.ts';
import type { Failover } from '../../core/service.ts';
import { topicArns } from '../../deployment/names.ts';
import { ConfigurationError, NotificationFailed } from '../errors.ts';
import type { Cards, Clock, Ledger, Log, Notifier, Wait } from '../ports.ts';
import { eventBridgeClient, eventBridgeNotifier } from './eventbridge.ts';
import { pagerDutyNotifier } from './pagerduty.ts';
import { type SecretValue, secretValue } from './secret.ts';
import { slackNotifier } from './slack.ts';
import { slackAppNotifier } from './slack-app.ts';
import { slackWeb } from './slack-web.ts';
import { snsClient, snsNotifier } from './sns.ts';
import { webhookNotifier } from './webhook.ts';

export interface ChannelSurroundings {
  readonly failover: Failover;
  /** Where this function runs. */
  readonly region: Region;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly wait: Wait;
  readonly log: Log;
  /** For channels that remember what they show; asked for by those alone. */
  readonly shows: () => { readonly ledger: Pick<Ledger, 'read'>; readonly cards: Cards };
}

/** The topics of this function's own region, and every channel whose secrets are to be had. */
export function notifiersOf(around: ChannelSurroundings): readonly Notifier[] {
  const { failover, region } = around;
  const chat = failover.notify.slackChannel !== undefined;
  const sns = snsNotifier({ client: snsClient(region), topics: topicArns(failover, region), chat });
  return [sns, ...failover.notify.channels.flatMap((channel) => notifierOf(channel, around) ?? [])];
}

function notifierOf(channel: Channel, around: ChannelSurroundings): Notifier | null {
  const secrets = secretsIn(channel, around);
  if (secrets === null) return null;
  const notifier = made(channel, secrets, around);
  const { only = {} } = channel;
  const known = around.failover.services.map(({ name }) => name);
  return { ...notifier, takes: (message) => isRouted(only, message, known) && notifier.takes(message) };
}

/** A secret that cannot be one fails its own channel, and never the function that tells people by the others. */
function made(channel: Channel, secrets: Secrets, around: ChannelSurroundings): Notifier {
  try {
    return (makers[channel.kind] as Maker<Channel>)(channel, secrets, around);
  } catch (cause) {
    if (!(cause instanceof ConfigurationError)) throw cause;
    const refusal = new NotificationFailed(cause.message, { cause, isFinal: true });
    return {
      channel: channel.name,
      takes: ({ audience }) => audience === 'people',
      send: () => Promise.reject(refusal),
    };
  }
}

type Secrets = Readonly<Record<string, SecretValue>>;
type Maker<C extends Channel> = (channel: C, secrets: Secrets, around: ChannelSurroundings) => Notifier;

/** One line for each kind of channel. */
const makers: { readonly [K in Channel['kind']]: Maker<Extract<Channel, { kind: K }>> } = {
  slack: ({ name }, { webhookUrl = '' }, { wait }) => slackNotifier({ channel: name, webhookUrl, wait }),
  'slack-app': ({ name, channelId, url, approvers }, { botToken = '' }, { shows, clock, wait, log }) =>
    slackAppNotifier({
      channel: name,
      channelId,
      answers: approvers.length > 0,
      web: slackWeb({ url, botToken }),
      ...shows(),
      clock,
      wait,
      log,
    }),
  pagerduty: ({ name, url, only }, { routingKey = '' }, { failover, wait }) =>
    pagerDutyNotifier({
      channel: name,
      url,
      routingKey,
      deployment: `${failover.account}/${failover.name}`,
      runbookUrl: failover.runbookUrl,
      takesInfo: only?.severities?.includes('info') === true,
      wait,
    }),
  webhook: ({ name }, { url = '', signingKey = '' }, { failover, clock, wait }) =>
    webhookNotifier({ channel: name, url, signingKey, deployment: failover, clock, wait }),
  eventbridge: ({ name, bus }, _, { failover, region }) =>
    eventBridgeNotifier({ channel: name, client: eventBridgeClient(region), bus, deployment: failover }),
};

/** Null where one of them is nowhere, which is logged: a channel that nobody set up yet must not keep others from being told. */
function secretsIn(channel: Channel, { env, log }: ChannelSurroundings): Secrets | null {
  const values: Record<string, SecretValue> = {};
  for (const [name, secret] of Object.entries(tellingSecretsOf(channel))) {
    const value = secretValue(secret, env);
    if (value === null) {
      const because = `${name}: the environment variable ${secret.env ?? 'AWS_SESSION_TOKEN'} is not set`;
      log.warn(`no message goes to ${channel.name}`, { because });
      return null;
    }
    values[name] = value;
  }
  return values;
}
