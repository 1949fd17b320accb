/** A way to tell people, or their programs, beside the SNS topics that every deployment has. */
export type Channel = SlackWebhookConfig | SlackAppConfig | PagerDutyConfig | WebhookConfig | EventBusConfig;

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

export interface SlackAppConfig {
  /** Posts as an app of Slack: one message for each trouble, written anew as things change, with buttons for those who may answer. */
  readonly kind: 'slack-app';
  /** Told in reports where this channel fails; unique among the channels. */
  readonly name: string;
  /** What goes to this channel; everything for people unless said otherwise. */
  readonly only?: Route | undefined;
  /** Of the workspace: `T0123ABCD`. */
  readonly teamId: string;
  /** Of the channel in it: `C0123ABCD`. The app must be a member. */
  readonly channelId: string;
  /** Of Slack's Web API: `https://slack-gov.com/api/` for GovSlack. */
  readonly url: string;
  /** Who may approve and decline from Slack. With nobody there are no buttons, and no address takes answers. */
  readonly approvers: readonly SlackApprover[];
  /** What stands in no configuration, template, log or message. */
  readonly secrets: SlackAppSecrets;
}

export interface SlackApprover {
  /** Of a member of the workspace, as Slack has it: `U0123ABCD`. Names and addresses may be changed by their owners. */
  readonly userId: string;
  /** The person, by the name that IAM Identity Center has: who approves by command line and in Slack is one person. */
  readonly person: string;
}

interface SlackAppSecrets {
  /** Bot token of the app (`xoxb-…`), with the scope `chat:write`. */
  readonly botToken: Secret;
  /** Shows that an answer comes from Slack; needed where somebody may answer. Two of them, a space between, are taken both while one replaces the other. */
  readonly signingSecret?: Secret | undefined;
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
export function secretsOf(channel: Channel): Readonly<Record<string, Secret>> {
  const secrets: Readonly<Record<string, Secret | undefined>> = 'secrets' in channel ? { ...channel.secrets } : {};
  return Object.fromEntries(Object.entries(secrets).flatMap(([name, is]) => (is === undefined ? [] : [[name, is]])));
}

/** Those that whoever tells people needs: what shows whose answers come is read where they come, and nowhere else. */
export function tellingSecretsOf(channel: Channel): Readonly<Record<string, Secret>> {
  const { signingSecret: _, ...telling } = secretsOf(channel);
  return telling;
}

/** Channels from which people may answer. */
export const answerChannels = (channels: readonly Channel[]): readonly SlackAppConfig[] =>
  channels.filter((channel) => channel.kind === 'slack-app').filter(({ approvers }) => approvers.length > 0);

/** The SSM parameters that whoever tells people must be able to read. */
export const secretParameters = (channels: readonly Channel[]): readonly string[] =>
  parametersIn(channels.map(tellingSecretsOf));

/** Those that whoever takes answers must be able to read. */
export const answerParameters = (channels: readonly Channel[]): readonly string[] =>
  parametersIn(answerChannels(channels).map(secretsOf));

function parametersIn(secrets: readonly Readonly<Record<string, Secret>>[]): readonly string[] {
  const names = secrets.flatMap((some) => Object.values(some).map(({ parameter }) => parameter));
  return [...new Set(names.filter((name) => name !== undefined))];
}
