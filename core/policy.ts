/** When automation may move a service, and how. */
export interface Policy {
  /** Whether alarms may start a move. A service that says no is moved by hand only. */
  readonly automatic: boolean;
  /** Every run decides and records, and none writes to the lever or sets a hook in motion, whoever asked for it. */
  readonly shadow: boolean;
  /** Observers that must agree before the source is bad, and before a target is good: a majority of those that watch, unless said otherwise. */
  readonly quorum: number;
  /** Whether the quorum may be fewer than a majority of the observers. */
  readonly minority: boolean;
  /** How long the source must have been bad, by quorum, before a move. */
  readonly dwellMs: number;
  /** When a region that answers some and fails others is left. */
  readonly brownOut: BrownOut;
  /** The fresh probes each observer sends while an incident is assessed. */
  readonly burst: Burst;
  /** How long one run keeps looking before it ends as held, the dwell included: the dwell and 15 s at least. The reconciler starts the next one. */
  readonly recheckForMs: number;
  /** After a move, automation leaves the service alone for this long. */
  readonly cooldownMs: number;
  /** Evidence older than this may not move traffic. */
  readonly evidenceMaxAgeMs: number;
  /** An event older than this starts nothing. */
  readonly eventMaxAgeMs: number;
  /** The ledger's lease; every step renews it. Longer than the slowest step with its retries. */
  readonly leaseMs: number;
  /** Whether a person is asked before a move that automation decided. */
  readonly approval: Approval;
  /** How traffic goes home, and away from a region that is well. One that is bad is left in one step. */
  readonly ramp: Ramp;
  /** How a move is proven. */
  readonly verify: Verify;
  /** Whether automation goes home by itself. */
  readonly failback: Failback;
  /** What makes a region that was left a proven standby again, and by when. */
  readonly reprotect: Reprotect;
  /** The promise to compare with, in the report: fault to 99 % of requests served. */
  readonly rtoTargetMs: number;
  /** Days within which a drill has to have succeeded: else an alarm says so, and wakes nobody. Nothing does where this is left out. */
  readonly drillWithinDays?: number | undefined;
}

export interface Reprotect {
  /** How long a quorum of observers must have seen it green since it was left. */
  readonly greenForMs: number;
  /** After so long without a proven standby an alarm says so, and wakes nobody. */
  readonly withinMs: number;
}

export interface Burst {
  /** Probes at each target. All must be bad for a vote that it is bad, and all good for one that it is good. */
  readonly count: number;
  /** From the start of one probe to the start of the next. */
  readonly intervalMs: number;
}

/** From the first probe of a burst to its last one. Milliseconds. */
export const burstMs = ({ count, intervalMs }: Burst): number => (count - 1) * intervalMs;

export interface Verify {
  /** After this a move that is not proven is undone, or stays where undoing it would lead into a region that is bad. */
  readonly timeoutMs: number;
  /** From one look at a move to the next. */
  readonly intervalMs: number;
  /** Good looks in a row that prove it. */
  readonly consecutive: number;
}

/**
 * A region that answers some and fails others. Over a sliding window of looks: where a quorum of observers each saw at least `share`
 * of their probes bad, automation leaves it; from half of that on people hear of it.
 */
export interface BrownOut {
  /** Of bad probes, from 0 to 1. */
  readonly share: number;
  /** The window that slides: what is older does not count. */
  readonly windowMs: number;
  /** An observer with fewer probes in the window says nothing about shares. */
  readonly probes: number;
}

/** Silence after the deadline means `onDeadline`: no run waits for a person for ever. */
export type Approval = NoApproval | RequiredApproval;

interface NoApproval {
  /** Automation asks nobody. */
  readonly required: false;
}

interface RequiredApproval {
  /** Automation asks a person first. */
  readonly required: true;
  /** How long it waits for the answer. */
  readonly deadlineMs: number;
  /** What silence means. */
  readonly onDeadline: 'proceed' | 'abort';
  /** Different people who must approve; one who declines is enough. */
  readonly people?: number | undefined;
  /** When people are asked; always where it is left out. Where any of it is so, they are. */
  readonly when?: ApprovalTime | undefined;
}

interface ApprovalTime {
  /** Names of periods of the calendar, within which people are asked: in office hours, say, and nobody at night. */
  readonly during?: readonly string[] | undefined;
  /** Names of periods, outside all of which people are asked. */
  readonly outside?: readonly string[] | undefined;
  /** Whether people are asked before a move to a region that is under a change freeze. */
  readonly frozen?: boolean | undefined;
}

export interface Ramp {
  /** Percentages of traffic on the target, ascending, ending in 100; `[100]` is one step. */
  readonly percents: readonly number[];
  /** How long each step but the last must hold before the next. */
  readonly bakeMs: number;
}

/** Never automatic unless asked for, and then only after the home region was good for long enough. */
export type Failback = ManualFailback | AutomaticFailback;

interface ManualFailback {
  /** A person brings the service home. */
  readonly automatic: false;
}

interface AutomaticFailback {
  /** Automation brings it home, from its own moves alone. */
  readonly automatic: true;
  /** How long home must have been good before, at every look. */
  readonly greenForMs: number;
}
