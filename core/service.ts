import type { Region } from './brand.ts';
import type { LeverConfig } from './lever.ts';

export type * from './lever.ts';

/** What callers use and what moves as one. */
export interface Service {
  readonly name: string;
  /** In rank order: the first is the home region, the others may take over in this order. At least two. */
  readonly regions: readonly ServiceRegion[];
  readonly frontDoor: FrontDoor;
  readonly healthy: HealthyAnswer;
  readonly lever: LeverConfig;
  readonly policy: Policy;
  readonly hooks: readonly Hook[];
  readonly canaries: Canaries;
  /** A request that no origin group fails over, sent to regions and front door beside the read; without one only reads tell. */
  readonly writeProbe?: WriteProbe | undefined;
  /** What a user does, step by step, through the front door; without one nothing of the kind is watched. */
  readonly journey?: Journey | undefined;
}

/** How often, and from where, canaries look at a service. */
export interface Canaries {
  readonly everyMinutes: number;
  /** Observers whose canaries watch it; all of them unless said otherwise. Fresh probes are asked of all observers always. */
  readonly observers?: readonly Region[] | undefined;
}

export interface Journey {
  readonly steps: readonly JourneyStep[];
}

/** One request of a journey. The answer must come from a region of the service. */
export interface JourneyStep {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the front door's URL; `{name}` stands for what an earlier step kept under that name. */
  readonly path: string;
  /** Sent as JSON. */
  readonly send?: unknown;
  readonly status: number;
  readonly contentType: string | null;
  /** Members that the JSON body must have, by dotted path, with these values. */
  readonly body: Readonly<Record<string, string | number | boolean | null>>;
  /** Members of the answer's body to keep for later steps: name to dotted path. */
  readonly keep: Readonly<Record<string, string>>;
}

export interface ServiceRegion {
  readonly region: Region;
  /** Base URL of the regional API, reached without the front door. */
  readonly endpoint: string;
}

/** The address that callers use; it leads to whichever region the lever says. */
export interface FrontDoor {
  readonly url: string;
  /** DNS servers (`address` or `address:port`) that probes ask instead of the system's, so that no cache hides a move. */
  readonly resolvers: readonly string[];
}

/** What an answer must look like to count as good. A bare 200 proves nothing: error pages are 200 too. */
export interface HealthyAnswer {
  /** Appended to the regional endpoint and to the front door's URL. */
  readonly path: string;
  readonly status: number;
  /** Media type, such as `application/json`; its parameters do not count. Null where the answer needs none: a 204 has no body. */
  readonly contentType: string | null;
  /** Members that the JSON body must have, by dotted path, with these values. */
  readonly body: Readonly<Record<string, string | number | boolean | null>>;
  /** Where the answer names the region that gave it. */
  readonly servedBy: { readonly header: string } | { readonly field: string };
  /** A good answer that takes longer counts as bad (`slow`). */
  readonly slowMs: number;
  /** After this the probe gives up (`timeout`). */
  readonly timeoutMs: number;
}

/** A write that does no harm however often it is sent, and what a good answer to it looks like; `healthy` says how fast. */
export interface WriteProbe {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the regional endpoint and to the front door's URL. */
  readonly path: string;
  /** Sent as JSON. */
  readonly send?: unknown;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: HealthyAnswer['body'];
  /** As in `healthy` where it is left out. */
  readonly servedBy?: HealthyAnswer['servedBy'] | undefined;
}

export interface Policy {
  /** Whether alarms may start a move. A service that says no is moved by hand only. */
  readonly automatic: boolean;
  /** Every run decides and records, and none writes to the lever or sets a hook in motion, whoever asked for it. */
  readonly shadow: boolean;
  /** Observers that must agree before the source is bad, and before a target is good. */
  readonly quorum: number;
  /** Whether the quorum may be fewer than a majority of the observers. */
  readonly minority: boolean;
  /** How long the source must have been bad, by quorum, before a move. */
  readonly dwellMs: number;
  readonly brownOut: BrownOut;
  /** The fresh probes each observer sends while an incident is assessed. */
  readonly burst: { readonly count: number; readonly intervalMs: number };
  /** How long one run keeps looking before it ends as held, the dwell included. The reconciler starts the next one. */
  readonly recheckForMs: number;
  /** After a move, automation leaves the service alone for this long. */
  readonly cooldownMs: number;
  /** Evidence older than this may not move traffic. */
  readonly evidenceMaxAgeMs: number;
  /** An event older than this starts nothing. */
  readonly eventMaxAgeMs: number;
  /** The ledger's lease; every step renews it. Longer than the slowest step with its retries. */
  readonly leaseMs: number;
  readonly approval: Approval;
  readonly ramp: Ramp;
  readonly verify: { readonly timeoutMs: number; readonly intervalMs: number; readonly consecutive: number };
  readonly failback: Failback;
  /** The promise to compare with, in the report: fault to 99 % of requests served. */
  readonly rtoTargetMs: number;
}

/**
 * A region that answers some and fails others. Over a sliding window of looks: where a quorum of observers each saw at least `share`
 * of their probes bad, automation leaves it; from half of that on people hear of it.
 */
export interface BrownOut {
  /** From 0 to 1. */
  readonly share: number;
  readonly windowMs: number;
  /** An observer with fewer probes in the window says nothing about shares. */
  readonly probes: number;
}

/** Silence after the deadline means `onDeadline`: no run waits for a person for ever. */
export type Approval =
  | { readonly required: false }
  | { readonly required: true; readonly deadlineMs: number; readonly onDeadline: 'proceed' | 'abort' };

/** Percentages of traffic on the target, ascending, ending in 100; `[100]` is one step. */
export interface Ramp {
  readonly percents: readonly number[];
  readonly bakeMs: number;
}

/** Never automatic unless asked for, and then only after the home region was good for long enough. */
export type Failback = { readonly automatic: false } | { readonly automatic: true; readonly greenForMs: number };

/** A customer's function, called before the move. Its veto aborts. */
export interface Hook {
  readonly name: string;
  /** `readiness` is asked about every candidate while an incident is assessed; `prepare` runs before the write. */
  readonly when: 'readiness' | 'prepare';
  readonly functionArn: string;
  readonly timeoutMs: number;
  /** What a failure or a timeout of the hook means; a veto always aborts. */
  readonly onFailure: 'abort' | 'continue';
}

/** The whole configuration, parsed: what `defineFailover` describes. */
export interface Failover {
  /** Prefix of every resource that Understudy owns. */
  readonly name: string;
  readonly account: string;
  /** Regions from which health is probed; at least three, at least one of them neither active nor standby for any service. */
  readonly observers: readonly Region[];
  /** Regions that run the orchestrator: every standby's and an observer's, never only the home region. */
  readonly controlRegions: readonly Region[];
  readonly ledger: LedgerConfig;
  /** How long CloudWatch keeps what functions and machines logged. */
  readonly logRetentionDays: number;
  /** A target that is nobody's service: an observer that cannot reach it is blind, and does not vote. */
  readonly controlTarget: { readonly url: string; readonly status: number };
  readonly notify: Notify;
  /** Where the articles of docs/runbook.md can be read; `#anchor` is appended in alarms. */
  readonly runbookUrl: string;
  /** Whether every observer probes every five seconds and starts the machine itself, minutes before alarms can. */
  readonly fastProbe: boolean;
  /** For the role of a person who moves traffic by hand. */
  readonly breakGlass?:
    | {
        readonly overrideSafetyRules: boolean;
        /** ARNs of roles, perhaps with `*`, from which people may assume it without a second factor of IAM. */
        readonly principals?: readonly string[];
      }
    | undefined;
  readonly services: readonly Service[];
}

export interface LedgerConfig {
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
  readonly topics: { readonly critical: string; readonly info: string };
  /** Name of the environment variable that holds the Slack webhook URL: the URL itself is a secret and stays out of here. */
  readonly slackWebhookEnv?: string | undefined;
  /** Name of an SSM parameter (SecureString), in every control region, that holds the URL: for where the variable is not set. */
  readonly slackWebhookParameter?: string | undefined;
  /** A channel that Amazon Q Developer in chat applications posts to. */
  readonly slackChannel?: { readonly workspaceId: string; readonly channelId: string } | undefined;
  /** Subscribed to the critical topics. */
  readonly emails: readonly string[];
  /** How often people hear again of a trouble that lasts. */
  readonly remindAfterMs: number;
  /** How long a service has to be well, at every look, before people hear that its trouble is over. */
  readonly wellAfterMs: number;
}

/** The first region of a service: where it lives when nothing is wrong. */
export function homeRegion(service: Service): Region {
  const [home] = service.regions;
  if (home === undefined) throw new Error(`service ${service.name} has no region`);
  return home.region;
}

export function regionNames(service: Service): readonly Region[] {
  return service.regions.map(({ region }) => region);
}

export function hookNames(service: Service, when: Hook['when']): readonly string[] {
  return service.hooks.filter((hook) => hook.when === when).map(({ name }) => name);
}
