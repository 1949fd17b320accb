import type { Access } from '../core/access.ts';
import type { Epoch, Instant, Region } from '../core/brand.ts';
import type { Card } from '../core/card.ts';
import type { DrillAlarm, DrillAlarmReading } from '../core/drill-plan.ts';
import type { Entry } from '../core/entry.ts';
import type { AlarmReading, RoutingReading } from '../core/evidence.ts';
import type { HookQuestion } from '../core/hook.ts';
import type { Mode } from '../core/incident.ts';
import type { LedgerCommand, LedgerOutcome } from '../core/ledger-command.ts';
import type { LeverTraits } from '../core/lever.ts';
import type { Message } from '../core/messages.ts';
import type { MetricName } from '../core/metric.ts';
import type { Observation, Target } from '../core/observation.ts';
import type { LedgerRecord } from '../core/record.ts';
import type { Routing, Weights } from '../core/routing.ts';
import type { Arrivals, HealthyAnswer, Hook, Service, WriteProbe } from '../core/service.ts';
import type { Counted } from '../core/stragglers.ts';
import type { UserReading } from '../core/users.ts';
import type { FlagPlace } from '../synthetics/flag.ts';
import type { Cancellation } from './cancellation.ts';

/**
 * What the steps need from the world, each as small as its callers. A step names in its type the ports it uses.
 * Bound to AWS in adapters/, to memory and virtual time in memory/.
 */
export interface Ports {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly levers: (service: Service) => Lever;
  readonly vantages: Vantages;
  readonly alarms: Alarms;
  readonly arrivals: ArrivalCounts;
  readonly users: UserAlarms;
  readonly drillAlarms: DrillAlarms;
  readonly hooks: Hooks;
  readonly notifiers: readonly Notifier[];
  readonly metrics: Metrics;
  readonly starter: Starter;
  readonly executions: Executions;
}

export interface Clock {
  now(): Instant;
}

/** Resolves after `ms`; never where it is cancelled first. */
export type Wait = (ms: number, cancellation?: Cancellation) => Promise<unknown>;

/** For what is neither the step's result nor its error: faults that were lived with. Facts never hold a secret. */
export interface Log {
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}

export interface Ledger {
  /** Strongly consistent. A service that was never seen has a fresh record. */
  read(service: string): Promise<LedgerRecord>;
  /**
   * Reads, applies core's rules, writes on the condition that nobody wrote in between, and starts again if somebody did. A record
   * that is `known` is not read again before the first try, because the write finds out whether it still stands: one that was read or
   * written here, or, by `version`, elsewhere. A refusal writes nothing, and is as old as what was known.
   */
  change(service: string, command: LedgerCommand, known?: LedgerRecord, version?: string): Promise<LedgerOutcome>;
  /** Of a record that was read or written here, for whoever goes on elsewhere; null where it is not known. */
  versionOf(record: LedgerRecord): string | null;
  /** Appends once: the same id again changes nothing, and is `there` already. */
  append(entry: Entry): Promise<'appended' | 'there'>;
  /** Oldest first: all of them, those of one incident, or by null those of none. */
  entries(service: string, incident?: string | null): Promise<readonly Entry[]>;
  /** One entry by its id; `incident` is null where the entry's is. Strongly consistent. */
  find(service: string, incident: string | null, id: string): Promise<Entry | null>;
  /** Keeps the task token of a run that waits for a person, out of everything that people are sent. */
  keepApproval(approval: PendingApproval): Promise<void>;
  pendingApproval(service: string, incident: string): Promise<PendingApproval | null>;
}

/** What channels show, in the ledger's table. */
export interface Cards {
  /** Of one thread; null where the channel shows nothing of it yet. Strongly consistent. */
  find(service: string, channel: string, thread: string): Promise<KeptCard | null>;
  /** Keeps a card in the place of the one that was read, or of none. Null where somebody else has kept one since. */
  keep(card: Card, before: KeptCard | null): Promise<KeptCard | null>;
}

/** With its version, which the next write is compared with. */
export type KeptCard = Card & { readonly version: string };

export interface PendingApproval {
  readonly service: string;
  readonly incident: string;
  readonly taskToken: string;
  readonly deadline: Instant;
}

export interface Lever {
  readonly traits: LeverTraits;
  /** `toWrite`: with the basis of a write, where the lever compares with one. */
  read(options?: { readonly toWrite?: boolean }): Promise<LeverReading>;
  /**
   * Compare and set: writes `weights` under `epoch` unless a newer epoch is there, or the weights are no longer the
   * `expected` ones. Says `unchanged` where the intent already stands, so that a retry after a lost answer is safe.
   * Throws only when it cannot know what happened; the caller retries.
   */
  write(intent: LeverIntent): Promise<WriteOutcome>;
  /**
   * Asks at once, while whoever writes still makes sure that he may, what the write will be compared with: only what stands by the `basis`
   * is not read again. For a lever that itself refuses to write over what was changed since; its first attempt rests on the answers.
   */
  begin?(basis: string | null): Pick<Lever, 'write'>;
  /** What each place that cannot be read says, where there are several and `read` is content with one. Asks all of them. */
  complaints?(): Promise<readonly string[]>;
  /**
   * Writes what stands there over itself, for a lever that compares and sets: whoever moves meanwhile meets a conflict at most, and tries
   * again. Shows that a write would be taken. `nothing` where nothing stands there. Rejects where it is not taken.
   */
  rewrite?(): Promise<'written' | 'conflict' | 'nothing'>;
}

/** A KeyValueStore with the services that it steers: what holds for a region of all of them is one write. */
export interface RegionStore {
  readonly services: readonly Service[];
  /** Throws `LeverUnavailable` where nobody knows what stands there now, `ConfigurationError` where it is not ours. */
  limit(limit: RegionLimit): Promise<{ readonly epoch: Epoch; readonly writes: number }>;
}

export interface RegionLimit {
  readonly region: Region;
  /** -1 fences it, 0 leaves it as a standby, null lifts the limit; left out, the limit stays as it is. */
  readonly highest?: number | null;
  /** Names of services for which it does not hold from now on. */
  readonly spare?: ReadonlySet<string>;
  /** Names of services that are spared no more; for those in neither list it stays as it is. */
  readonly hold?: ReadonlySet<string>;
}

/** `basis`: what is stored, and at which version, in the lever's own words. */
export type LeverReading = RoutingReading & { readonly basis?: string };

export interface LeverIntent {
  readonly epoch: Epoch;
  readonly weights: Weights;
  /** What was there when this was decided. */
  readonly expected: Weights;
  /**
   * The epoch under which that stood, where it is known. A lever that says the same under the epoch of this write has had it, and
   * somebody has set it back since.
   */
  readonly expectedUnder?: Epoch | null;
  /**
   * Takes back what the same epoch may have written a moment ago. A lever whose writes can be read only later does not take
   * it from what it reads that there is nothing to take back.
   */
  readonly undoes?: boolean;
}

export type WriteOutcome =
  | { readonly kind: 'accepted'; readonly routing: Routing }
  | { readonly kind: 'unchanged'; readonly routing: Routing }
  | { readonly kind: 'fenced'; readonly epoch: Epoch }
  /** `afterUs`: this write, or an earlier attempt at it, had arrived before. */
  | { readonly kind: 'moved-meanwhile'; readonly routing: Routing; readonly afterUs?: boolean }
  | { readonly kind: 'refused'; readonly because: string };

export interface Vantages {
  /** A burst of probes from one observer, those at one aim after those at another, in the order of the aims. Rejects where the observer cannot be asked: it abstains. */
  burst(
    observer: Region,
    aims: readonly Aim[],
    burst: { count: number; intervalMs: number },
  ): Promise<readonly Observation[]>;
}

/** One target of a burst. */
export interface Aim {
  readonly target: Target;
  /** GET unless said otherwise. */
  readonly method?: WriteProbe['method'] | HealthyAnswer['method'];
  /** Sent as JSON. */
  readonly send?: unknown;
  /** What opens the doors, by where it lies. */
  readonly access?: Access | undefined;
  /** Asked for instead of the URL's host. */
  readonly host?: string | undefined;
  readonly url: string;
  readonly healthy: HealthyAnswer;
  /** The region that must have answered; null where any may. */
  readonly expectedRegion: Region | null;
  readonly resolvers: readonly string[];
  /** The flag of a detection drill that this look heeds; without it what is seen is the truth. */
  readonly flag?: FlagPlace | undefined;
}

export interface Alarms {
  /** The state of every observer's alarm on every region of the service. Observers that cannot be asked are left out. */
  read(service: Service): Promise<readonly AlarmReading[]>;
}

export interface UserAlarms {
  /** The state of every alarm on what users see that the service names. Those of a region that cannot be asked are left out. */
  read(service: Service): Promise<readonly UserReading[]>;
}

export interface DrillAlarms {
  /** In the order of the alarms; one that cannot be asked is `UNKNOWN`. Rejects never. */
  read(alarms: readonly DrillAlarm[]): Promise<readonly DrillAlarmReading[]>;
}

export interface ArrivalCounts {
  /** What CloudWatch of a region counted in each period that began within [from, to); a period without data counts nothing. Rejects. */
  count(
    region: Region,
    arrivals: Arrivals,
    span: { readonly from: Instant; readonly to: Instant },
  ): Promise<readonly Counted[]>;
}

export interface Hooks {
  call(hook: Hook, question: HookQuestion): Promise<HookAnswer>;
  /** Rejects where this caller may not call the hook, or where there is none; calls nothing. */
  permits?(hook: Hook): Promise<void>;
}

export type HookAnswer =
  | { readonly kind: 'ok'; readonly detail: string }
  | { readonly kind: 'veto'; readonly detail: string }
  | { readonly kind: 'failed'; readonly because: string };

/** One way to tell people. Rejects when they were not told. */
export interface Notifier {
  readonly channel: string;
  /** Whether this channel is for such messages. */
  takes(message: Message): boolean;
  send(message: Message): Promise<void>;
  /** Shows anew what has changed without a message, as who has approved by command line; absent where a channel shows nothing that changes. */
  refresh?(record: LedgerRecord): Promise<void>;
}

export interface Metrics {
  /** `value` with the service, and the region where one is meant, as dimensions; a failure to publish is logged, never thrown. */
  record(service: string, metric: MetricName, value: number, region?: Region): void;
  flush(): Promise<void>;
}

export interface Starter {
  /** Starts a run in this control region. A name is used once: `already` where an execution has or had it. */
  start(service: string, input: RunInput, name: string): Promise<'started' | 'already'>;
}

/** Starts executions of the evacuation machine in this control region. */
export interface Evacuations {
  /** A name is used once: `already` where an execution has or had it. */
  start(name: string, input: object): Promise<'started' | 'already'>;
}

export interface Executions {
  /** Whether a run goes on, by its ARN, wherever it is. `unknown` where that region gives no answer in time. */
  statusOf(arn: string): Promise<ExecutionStatus>;
}

/** Runs of the failover machine, of whoever waits for their end. */
export interface Runs {
  /** In this control region; resolves to the ARN. The same name and input again start nothing more. */
  start(name: string, input: RunInput): Promise<string>;
  /** `ending` once it is over: the run's own, or `failed` where it came to none. */
  look(executionArn: string): Promise<{ readonly status: ExecutionStatus; readonly ending: string | null }>;
}

export type ExecutionStatus = 'running' | 'ended' | 'unknown';

/** What a person or the reconciler asks for, as the execution's input. */
export interface RunInput {
  readonly service: string;
  readonly mode: Mode;
  readonly from?: Region | undefined;
  readonly to?: Region | undefined;
  readonly reason: string;
  readonly requestedBy: string;
  readonly force?: boolean | undefined;
  /** The drill that is to end, and the outcome alarms that are red. */
  readonly returns?: string | undefined;
  readonly red?: string | undefined;
}
