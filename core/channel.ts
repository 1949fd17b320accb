/** A way to tell people, or their programs, beside the SNS topics that every deployment has. */
export type Channel = SlackWebhookConfig | PagerDutyConfig | WebhookConfig | EventBusConfig;

export interface SlackWebhookConfig {
  /** Posts to an incoming webhook of Slack. */
  readonly kind: 'slack';
  /** Told in reports where this channel fails; unique among the channels. */
  readonly name: string;
  /** What goes to this channel; everything for people unless said otherwise. */
  readonly only?: Route | undefined;
  /** What stands in no configuration, template, log or message. */
  readonly secrets: SlackSecrets;
}

interface SlackSecrets {
  /** Of the incoming webhook: who knows the URL can write to the channel. */
  readonly webhookUrl: Secret;
}

export interface PagerDutyConfig {
  /** Sends alerts to PagerDuty's Events API v2: one alert a trouble, which is triggered, acknowledged and resolved. */
  readonly kind: 'pagerduty';
  /** Told in reports where this channel fails; unique among the channels. */
  readonly name: string;
  /** What goes to this channel; what is critical unless said otherwise. */
  readonly only?: Route | undefined;
  /** Where events are sent: `https://events.eu.pagerduty.com/v2/enqueue` for an account in the EU. */
  readonly url: string;
  /** What stands in no configuration, template, log or message. */
  readonly secrets: PagerDutySecrets;
}

interface PagerDutySecrets {
  /** Integration key of a service of PagerDuty: 32 letters and digits. */
  readonly routingKey: Secret;
}

export interface WebhookConfig {
  /** Posts JSON to a URL, signed as Standard Webhooks has it. */
  readonly kind: 'webhook';
  /** Told in reports where this channel fails; unique among the channels. */
  readonly name: string;
  /** What goes to this channel; everything for people unless said otherwise. */
  readonly only?: Route | undefined;
  /** What stands in no configuration, template, log or message. */
  readonly secrets: WebhookSecrets;
}

interface WebhookSecrets {
  /** Where the message is posted. */
  readonly url: Secret;
  /** Signs every message: `whsec_` and 24 to 64 bytes in base64. Two keys with a space between sign both, while one replaces the other. */
  readonly signingKey: Secret;
}

export interface EventBusConfig {
  /** Puts typed events on an event bus of EventBridge, in the region of the function that tells. */
  readonly kind: 'eventbridge';
  /** Told in reports where this channel fails; unique among the channels. */
  readonly name: string;
  /** What goes to this channel; everything unless said otherwise, what nobody has to hear of included. */
  readonly only?: Route | undefined;
  /** Name of the bus, which every control region must have. */
  readonly bus: string;
}

/** Where a function finds a secret: at least one of the two. */
export interface Secret {
  /** Name of an environment variable that holds the value. */
  readonly env?: string | undefined;
  /** Name of an SSM parameter (SecureString), in every control region, that holds the value: for where the variable is not set. */
  readonly parameter?: string | undefined;
}

/** Each member that is left out lets everything through. */
export interface Route {
  /** Names of services. What is about no service, as a run that nobody can read, goes to every channel. */
  readonly services?: readonly string[] | undefined;
  /** The end of a trouble goes wherever its service does, whatever its severity. */
  readonly severities?: readonly ('critical' | 'info')[] | undefined;
  /** Endings and, behind a slash, reasons of the trouble: `held`, `held/all-regions-down`, `rollback-failed`; `alarms` for those that cannot be evaluated, `stragglers` and `split` of a region that was left. What is about no trouble is left out. */
  readonly troubles?: readonly string[] | undefined;
}

/** The secrets of a channel by name; none where the channel needs none. */
export const secretsOf = (channel: Channel): Readonly<Record<string, Secret>> =>
  'secrets' in channel ? { ...channel.secrets } : {};

/** The SSM parameters that whoever tells people must be able to read. */
export function secretParameters(channels: readonly Channel[]): readonly string[] {
  const names = channels.flatMap((channel) => Object.values(secretsOf(channel)).map(({ parameter }) => parameter));
  return [...new Set(names.filter((name) => name !== undefined))];
}
