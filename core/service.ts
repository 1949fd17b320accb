import type { Access } from './access.ts';
import type { Arrivals } from './arrivals.ts';
import type { Assume } from './assume.ts';
import type { Region } from './brand.ts';
import type { CalendarPeriod } from './calendar.ts';
import type { Channel } from './channel.ts';
import type { DrillPlan } from './drill-plan.ts';
import type { PlannedFreeze } from './freeze.ts';
import type { HookMoment } from './hook.ts';
import type { LeverConfig } from './lever.ts';
import type { Policy } from './policy.ts';
import type { ReadyHook } from './ready-hook.ts';
import type { UserAlarm } from './user-alarms.ts';

export type * from './access.ts';
export type * from './arrivals.ts';
export type * from './drill-plan.ts';
export type * from './lever.ts';
export type * from './policy.ts';
export type * from './user-alarms.ts';

/** What callers use and what moves as one. */
export interface Service {
  /** Part of the names of its canaries and alarms, of its key `s/<name>` in the store, and of its records in the ledger. */
  readonly name: string;
  /** In rank order: the first is the home region, the others may take over in this order. At least two. */
  readonly regions: readonly ServiceRegion[];
  /** The address that callers use; it leads to whichever region the lever says. */
  readonly frontDoor: FrontDoor;
  /** What an answer must look like to count as good. A bare 200 proves nothing: error pages are 200 too. */
  readonly healthy: HealthyAnswer;
  /** What probes bring with them where the service is no open door: keys, certificates, signatures, tokens. */
  readonly access?: Access | undefined;
  /** What moves traffic: `kvs`, `arc` or `beacon`. */
  readonly lever: LeverConfig;
  /** When automation may move the service, and how. */
  readonly policy: Policy;
  /** Which services leave a region before others when all are to leave: a later tier waits for the one before. The first where none is said. */
  readonly tier?: number | undefined;
  /** The customer's own functions, called before and after a move, one after the other. */
  readonly hooks: readonly Hook[];
  /** How often, and from where, canaries look at the service. */
  readonly canaries: Canaries;
  /** A request that no origin group fails over, sent to regions and front door beside the read; without one only reads tell. */
  readonly writeProbe?: WriteProbe | undefined;
  /** What a user does, step by step, through the front door; without one nothing of the kind is watched. */
  readonly journey?: Journey | undefined;
}

/** The network of an observer. */
export interface ObserverNetwork {
  /** With DNS resolution and DNS host names switched on. */
  readonly vpcId: string;
  /** In two zones at the least, so that one may be lost. */
  readonly subnetIds: readonly string[];
  /** Of what looks: they let out what is asked. */
  readonly securityGroupIds: readonly string[];
}

export interface Canaries {
  /** The least that Synthetics runs at; what canaries cost falls with it, and they see later. */
  readonly everyMinutes: number;
  /** Observers whose canaries watch it; all of them unless said otherwise. Fresh probes are asked of all observers always. */
  readonly observers?: readonly Region[] | undefined;
}

export interface Journey {
  /** In order; the first that fails ends the journey. */
  readonly steps: readonly JourneyStep[];
}

/** One request of a journey. The answer must come from a region of the service. */
export interface JourneyStep {
  /** Told where the step fails. */
  readonly name: string;
  /** Of the request. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the front door's URL; `{name}` stands for what an earlier step kept under that name. */
  readonly path: string;
  /** Sent as JSON. */
  readonly send?: unknown;
  /** The one that is good, or several. */
  readonly status: Statuses;
  /** Media type of a good answer; `application/json`, or none where the status has no body, unless said otherwise. */
  readonly contentType: string | null;
  /** Members that the JSON body must have, by dotted path, with these values. */
  readonly body: Readonly<Record<string, string | number | boolean | null>>;
  /** What the body must have as a text, JSON or not. */
  readonly text?: BodyText | undefined;
  /** Members of the answer's body to keep for later steps: name to dotted path. */
  readonly keep: Readonly<Record<string, string>>;
}

export interface ServiceRegion {
  /** Where this part of the service runs. */
  readonly region: Region;
  /** Base URL of the regional API, reached without the front door. */
  readonly endpoint: string;
  /** Instead of `healthy.path`, for reads of this region's endpoint alone. */
  readonly path?: string | undefined;
  /** Asked for at the endpoint, in `Host` and in TLS: the front door's name, say, where the regional name has no certificate of its own. */
  readonly host?: string | undefined;
  /** What CloudWatch counts of requests that arrive here: so callers are seen who stay when the region was left. */
  readonly arrivals?: Arrivals | undefined;
  /** Alarms of yours on what users of this region see: evidence, below that of probes. */
  readonly userAlarms?: readonly UserAlarm[] | undefined;
}

export interface FrontDoor {
  /** Base URL; probes and canaries ask it as callers do. */
  readonly url: string;
  /** Of a service that moves by `kvs`: other names by which callers reach the same path. */
  readonly hosts?: readonly string[] | undefined;
  /** DNS servers (`address` or `address:port`) that probes ask instead of the system's, so that no cache hides a move. */
  readonly resolvers: readonly string[];
}

export interface HealthyAnswer {
  /** Appended to the regional endpoint and to the front door's URL. */
  readonly path: string;
  /** Of the request: `GET` unless said otherwise. A `POST` must only read. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | undefined;
  /** Sent as JSON. */
  readonly send?: unknown;
  /** The one that is good, or several. */
  readonly status: Statuses;
  /** Media type, such as `application/json`; its parameters do not count. Null where the answer needs none: a 204 has no body. */
  readonly contentType: string | null;
  /** Members that the JSON body must have, by dotted path, with these values. */
  readonly body: Readonly<Record<string, string | number | boolean | null>>;
  /** What the body must have as a text, JSON or not. */
  readonly text?: BodyText | undefined;
  /** Where the answer names the region that gave it. */
  readonly servedBy: ServedBy;
  /** A good answer that takes longer counts as bad (`slow`). */
  readonly slowMs: number;
  /** After this the probe gives up (`timeout`). */
  readonly timeoutMs: number;
}

export type Statuses = number | readonly number[];

export const statusesOf = (status: Statuses): readonly number[] => (typeof status === 'number' ? [status] : status);

export type BodyText = ContainedText | MatchedText;

interface ContainedText {
  /** Letters that the body has somewhere. */
  readonly contains: string;
}

interface MatchedText {
  /** A regular expression of JavaScript (with the flag `u`) that fits somewhere in the body. */
  readonly matches: string;
}

export type ServedBy = ServedByHeader | ServedByField;

interface ServedByHeader {
  /** A header of the answer, in lower case. */
  readonly header: string;
}

interface ServedByField {
  /** A member of the JSON body, by dotted path. */
  readonly field: string;
}

/** A write that does no harm however often it is sent, and what a good answer to it looks like; `healthy` says how fast. */
export interface WriteProbe {
  /** One that no origin group fails over. */
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the regional endpoint and to the front door's URL. */
  readonly path: string;
  /** Sent as JSON. */
  readonly send?: unknown;
  /** The one that is good, or several. */
  readonly status: Statuses;
  /** Media type of a good answer; `application/json`, or none where the status has no body, unless said otherwise. */
  readonly contentType: string | null;
  /** Members that the JSON body must have, by dotted path, with these values. */
  readonly body: HealthyAnswer['body'];
  /** What the body must have as a text, JSON or not. */
  readonly text?: BodyText | undefined;
  /** As in `healthy` where it is left out. */
  readonly servedBy?: ServedBy | undefined;
}

/** A customer's function, called around a move. */
export interface Hook {
  /** Told where the hook vetoes or fails. */
  readonly name: string;
  /**
   * One moment, or several of one hook: `readiness` is asked about every candidate while an incident is assessed; `prepare` runs before the
   * write; `after` once a move away from home stands, `return` once one home does; `undo` where what was prepared came to nothing.
   */
  readonly when: readonly HookMoment[];
  /** Called in the region of its ARN. */
  readonly functionArn?: string | undefined;
  /** For a function of another account. */
  readonly assume?: Assume | undefined;
  /** Instead of a function of one's own: one that comes with the deployment, in each control region. */
  readonly ready?: ReadyHook | undefined;
  /** After this it failed (of one that comes with the deployment, what its kind has), and is not called again, because it may still be at work. Of a readiness hook at most 20 seconds are waited. */
  readonly timeoutMs: number;
  /** Times that a hook which failed is called again, with the same token; never after `timeoutMs`, and never a readiness hook. */
  readonly retries: number;
  /**
   * What a failure or a timeout of the hook means: `abort` ends the run before the write, and after it spares the hooks behind this one and wakes people;
   * `continue` goes on. A veto before the write always aborts.
   */
  readonly onFailure: 'abort' | 'continue';
  /**
   * Whether a rehearsal calls it too: the hook then changes nothing where it is asked with `mode` `rehearsal`. A readiness hook is asked always, and
   * so is one that comes with the deployment.
   */
  readonly safeInRehearsal: boolean;
}

/** The whole configuration, parsed: what `defineFailover` describes. */
export interface Failover {
  /** Prefix of every resource that Understudy owns. In one account none may begin with another one and a hyphen. */
  readonly name: string;
  /** The AWS account of everything. */
  readonly account: string;
  /** Regions from which health is probed; at least three, at least one of them neither active nor standby for any service. */
  readonly observers: readonly Region[];
  /** Regions that run the orchestrator: every standby's and an observer's, never only the home region. */
  readonly controlRegions: readonly Region[];
  /** The DynamoDB table that remembers. */
  readonly ledger: LedgerConfig;
  /** How long CloudWatch keeps what functions and machines logged. */
  readonly logRetentionDays: number;
  /** A target that is nobody's service: an observer that cannot reach it is blind, and does not vote. */
  readonly controlTarget: ControlTarget;
  /** Who hears, and how often. */
  readonly notify: Notify;
  /** Where the articles of docs/runbook.md can be read; `#anchor` is appended in alarms. */
  readonly runbookUrl: string;
  /** Whether every observer probes every three seconds and starts the machine itself, minutes before alarms can. */
  readonly fastProbe: boolean;
  /**
   * For private APIs: the network of each observer, by region, in which its canaries, vantage and fast probe stand. It leads to every regional API,
   * front door, the control target, and the services of AWS that docs/deploying.md lists.
   */
  readonly networks?: Readonly<Record<Region, ObserverNetwork>> | undefined;
  /** Whether a canary watches the targets of many services, instead of each having one: ten canaries in each observer, a fraction of the cost, and as soon. */
  readonly sharedCanaries: boolean;
  /**
   * Services that are moved at a time, where there are as many: each control region reserves six times as many of Lambda's
   * concurrency for two of its functions, and once for eight. More services than that wait their turn.
   */
  readonly concurrentMoves: number;
  /** For the role of a person who moves traffic by hand. */
  readonly breakGlass?: BreakGlass | undefined;
  /** What is protected. */
  readonly services: readonly Service[];
  /** Times that have a name. */
  readonly calendar: readonly CalendarPeriod[];
  /** Change freezes by the calendar: towards what is frozen automation moves nothing that is not down for everybody. */
  readonly freezes: readonly PlannedFreeze[];
  /** For drills that make a region look ill to observers alone; there are none where it is left out. */
  readonly detection?: DetectionKey | undefined;
  /** Drills that begin by themselves. */
  readonly drills: readonly DrillPlan[];
  /** The page in the browser. */
  readonly console: ConsoleOptions;
}

export interface ConsoleOptions {
  /**
   * Whether each control region has a bucket with a read-only copy of the page and of the state of all services, written anew every
   * minute: it can be looked at with nothing but a browser, and survives the loss of the other regions.
   */
  readonly copies: boolean;
}

export interface DetectionKey {
  /** Ed25519, as base64 of its SubjectPublicKeyInfo (DER): observers believe what its private key has signed. */
  readonly publicKey: string;
}

export interface ControlTarget {
  /** Complete: no path is appended. */
  readonly url: string;
  /** The one that is good. */
  readonly status: number;
}

export interface BreakGlass {
  /** Whether a person may override ARC's safety rules. */
  readonly overrideSafetyRules: boolean;
  /** ARNs of roles, perhaps with `*`, from which people may assume it without a second factor of IAM. */
  readonly principals?: readonly string[];
}

export interface LedgerConfig {
  /** Made by the deployment. */
  readonly tableName: string;
  /** Where the table is made, and where those are served that have no replica of their own. */
  readonly region: Region;
  /** With these, and the witness, it is one strongly consistent table: three regions of one set. Without, it is in one region. */
  readonly replicas: readonly Region[];
  /** A region that only votes. */
  readonly witness?: Region | undefined;
}

export interface Notify {
  /** SNS topic name per severity, in every region where Understudy runs. */
  readonly topics: Topics;
  /** Beside the topics: Slack, PagerDuty, webhooks, event buses. */
  readonly channels: readonly Channel[];
  /** A channel that Amazon Q Developer in chat applications posts to. */
  readonly slackChannel?: SlackChannel | undefined;
  /** Subscribed to the critical topics. */
  readonly emails: readonly string[];
  /** How often people hear again of a trouble that lasts. */
  readonly remindAfterMs: number;
  /** How long a service has to be well, at every look, before people hear that its trouble is over. */
  readonly wellAfterMs: number;
}

export interface Topics {
  /** Wakes people. */
  readonly critical: string;
  /** For information: nobody is woken. */
  readonly info: string;
}

export interface SlackChannel {
  /** Of the workspace, as Slack shows it in its URL. */
  readonly workspaceId: string;
  /** Of the channel, as Slack shows it in its details. */
  readonly channelId: string;
}

/** The host of a service's front door, which its record has. */
export const frontHost = ({ frontDoor }: Pick<Service, 'frontDoor'>): string => new URL(frontDoor.url).hostname;

/** All hosts by which callers reach it, without the dot of the root. */
export const frontHosts = (service: Pick<Service, 'frontDoor'>): readonly string[] => [
  frontHost(service).replace(/\.$/, ''),
  ...(service.frontDoor.hosts ?? []),
];

/** The first region of a service: where it lives when nothing is wrong. */
export function homeRegion(service: Service): Region {
  const [home] = service.regions;
  if (home === undefined) throw new Error(`service ${service.name} has no region`);
  return home.region;
}

export function regionNames(service: Service): readonly Region[] {
  return service.regions.map(({ region }) => region);
}

/** Those that have the region, in their order. */
export const servicesIn = ({ services }: Pick<Failover, 'services'>, region: Region): readonly Service[] =>
  services.filter((service) => regionNames(service).includes(region));

/** Those that are called at the moment, in the order of the configuration. */
export const hooksAt = ({ hooks }: Pick<Service, 'hooks'>, when: HookMoment): readonly Hook[] =>
  hooks.filter((hook) => hook.when.includes(when));

export function hookNames(service: Service, when: HookMoment): readonly string[] {
  return hooksAt(service, when).map(({ name }) => name);
}
