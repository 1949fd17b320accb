import { type Epoch, epoch, type Instant, invariant, type Region, unreachable } from './brand.ts';
import { type Fence, fence, recordMove, unfence, withoutStrangers } from './hands.ts';
import type { Ending, Mode } from './incident.ts';
import { activeRegion, type Routing } from './routing.ts';
import type { Policy } from './service.ts';
import { isOf, type Told, type Trouble } from './telling.ts';

/** One item per service: who may write, and what automation is allowed to do. */
export interface LedgerRecord {
  readonly service: string;
  readonly epoch: Epoch;
  readonly lease: Lease | null;
  /** False after an automatic move until a person acknowledges it. */
  readonly armed: boolean;
  readonly paused: { readonly by: string; readonly reason: string; readonly at: Instant } | null;
  /** Where the last concluded move led; null until the first. The lever, not this, says who serves. */
  readonly activeRegion: Region | null;
  /** Who moved the service last: what a person did, automation does not undo. Null until the first move. */
  readonly movedBy: 'automation' | 'person' | null;
  /** Regions that automation moves nothing into until a person opens them. */
  readonly fences: readonly Fence[];
  /** When automation last moved the service, tried to, would have (in shadow), or was told no: the cooldown counts from here. */
  readonly lastMoveAt: Instant | null;
  /** The incident that waits for a person's acknowledgement. */
  readonly unacknowledged: string | null;
  /** The troubles that people have heard of, the latest last. */
  readonly told: readonly Told[];
}

export interface Lease {
  /** The execution that holds it. */
  readonly holder: string;
  readonly expiresAt: Instant;
  /** What for: a rehearsal keeps nobody out who may move the service. */
  readonly mode: Mode;
}

export type LedgerCommand =
  | {
      readonly kind: 'acquire';
      readonly holder: string;
      readonly mode: Mode;
      readonly force: boolean;
      readonly policy: Pick<Policy, 'automatic' | 'cooldownMs' | 'leaseMs'>;
      /** What the lever says; null or absent where it was not read. A newer epoch than the record's is that of a hand. */
      readonly lever?: Routing | null;
      /** An epoch that has been given before though the record knows nothing of it. */
      readonly above?: Epoch;
      /** A holder whose execution was asked about, and runs no more: its lease keeps nobody out. */
      readonly ended?: string | null;
    }
  /** Asked right before every write to traffic: still ours, still allowed? */
  | {
      readonly kind: 'renew';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly leaseMs: number;
      readonly force: boolean;
    }
  | {
      readonly kind: 'conclude';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly incident: string;
      readonly mode: Mode;
      readonly ending: Ending;
      /** Somebody of whom the ledger knows nothing wrote a newer epoch at the lever while this run moved. */
      readonly overtakenAtLever?: boolean;
      /** A person was asked to approve the move, and said no. */
      readonly isDeclined?: boolean;
      /** The region that the traffic was moved to; null where it did not move. */
      readonly movedTo: Region | null;
    }
  /** Paused already, it changes the reason alone, and nothing where none is given. */
  | { readonly kind: 'pause'; readonly by: string; readonly reason: string | null }
  | { readonly kind: 'resume' }
  /** People have heard of a trouble. */
  | { readonly kind: 'told'; readonly trouble: Trouble }
  /** What people have heard of a region is over. */
  | { readonly kind: 'over'; readonly region: Region | null }
  /** A person says what was done past Understudy; `epoch` is the lever's, null where it has none. */
  | { readonly kind: 'record'; readonly movedTo: Region; readonly epoch: Epoch | null }
  /** A person keeps automation out of a region. */
  | { readonly kind: 'fence'; readonly region: Region; readonly by: string; readonly reason: string }
  | { readonly kind: 'unfence'; readonly region: Region }
  /** The configuration knows these regions alone; what is kept of others is dropped. */
  | { readonly kind: 'forget'; readonly regions: readonly Region[] }
  | { readonly kind: 'acknowledge'; readonly incident: string | null };

export type LedgerOutcome =
  | { readonly kind: 'done'; readonly record: LedgerRecord }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly because: string; readonly record: LedgerRecord };

/** Why the ledger says no. */
export type Refusal =
  | 'not-automatic'
  | 'paused'
  | 'disarmed'
  | 'cooldown'
  | 'held'
  | 'fenced'
  | 'lease-lost'
  /** The run was held up, or resumed, long after its lease ran out. */
  | 'expired'
  | 'not-fenced'
  | 'nothing-to-acknowledge';

/** What automation may be kept from; see `automationLimit`. */
export type Limit = Extract<Refusal, 'not-automatic' | 'paused' | 'disarmed' | 'cooldown'>;

export function freshRecord(service: string): LedgerRecord {
  return {
    service,
    epoch: epoch(0),
    lease: null,
    armed: true,
    paused: null,
    activeRegion: null,
    movedBy: null,
    fences: [],
    lastMoveAt: null,
    unacknowledged: null,
    told: [],
  };
}

/**
 * The rules of the ledger, all of them. An adapter reads the record, applies this, and writes the result back on the
 * condition that the record is still as it was read; on a conflict it starts again. So no rule lives in a condition.
 *
 * A command that changes nothing returns the record it was given (the same reference): nothing to write.
 */
export function applyLedger(record: LedgerRecord, command: LedgerCommand, now: Instant): LedgerOutcome {
  const outcome = apply(record, command, now);
  invariant(outcome.record.epoch >= record.epoch, 'the epoch never falls');
  return outcome;
}

function apply(record: LedgerRecord, command: LedgerCommand, now: Instant): LedgerOutcome {
  switch (command.kind) {
    case 'acquire':
      return acquire(record, command, now);
    case 'renew':
      return renew(record, command, now);
    case 'conclude':
      return conclude(record, command, now);
    case 'pause':
      return pause(record, command, now);
    case 'resume':
      return done(record.paused === null ? record : { ...record, paused: null });
    case 'told':
      return told(record, command.trouble, now);
    case 'over':
      return over(record, command.region);
    case 'acknowledge':
      return acknowledge(record, command.incident);
    case 'record':
      return done(recordMove(record, command));
    case 'fence':
      return done(fence(record, command, now));
    case 'unfence': {
      const opened = unfence(record, command.region);
      if (opened !== record) return done(opened);
      return refused(record, 'not-fenced', `${command.region} is not fenced for ${record.service}`);
    }
    case 'forget':
      return done(withoutStrangers(record, command.regions));
    default:
      return unreachable(command);
  }
}

function acquire(record: LedgerRecord, command: CommandOf<'acquire'>, now: Instant): LedgerOutcome {
  const { holder, policy, mode, lever = null, above = epoch(0) } = command;
  const lease: Lease = { holder, mode, expiresAt: now + policy.leaseMs };
  const taken = Math.max(lever?.epoch ?? 0, above);
  const isOurs = record.lease?.holder === holder;
  // The same execution asks again (its first answer was lost, or the handler was killed): same epoch, nothing new, unless
  // somebody has had that epoch meanwhile.
  if (isOurs && taken < record.epoch) return done({ ...record, lease });
  if (!isOurs) {
    const limit = automationLimit(record, command, now);
    if (limit !== null) return { kind: 'refused', ...limit, record };
    if (record.lease !== null && keepsOut(record.lease, command, now)) {
      const until = new Date(record.lease.expiresAt).toISOString();
      return refused(record, 'held', `${record.lease.holder} works on ${record.service} until ${until} at the latest`);
    }
  }
  const next = epoch(Math.max(record.epoch, taken) + 1);
  const leverLeads = lever !== null && lever.epoch !== null && lever.epoch >= record.epoch + (isOurs ? 0 : 1);
  if (!leverLeads) return done({ ...record, lease, epoch: next });
  // Every run takes its epoch here first: whoever is ahead of the record at the lever did not.
  return done({ ...record, lease, epoch: next, movedBy: 'person', activeRegion: activeRegion(lever.weights) });
}

/** Whether a lease of somebody else stands in the way. The new epoch fences whoever had it. */
function keepsOut(lease: Lease, { mode, ended }: CommandOf<'acquire'>, now: Instant): boolean {
  if (lease.expiresAt <= now || lease.holder === ended) return false;
  return lease.mode !== 'rehearsal' || mode === 'rehearsal';
}

/** What automation may not do now, and why; null where nothing stands in the way. A person's run knows only the pause. */
export function automationLimit(
  record: LedgerRecord,
  asked: {
    readonly mode: Mode;
    readonly force: boolean;
    readonly policy: Pick<Policy, 'automatic' | 'cooldownMs'>;
  },
  now: Instant,
): { readonly refusal: Limit; readonly because: string } | null {
  if (asked.mode === 'rehearsal') return null;
  if (record.paused !== null && !asked.force) {
    return { refusal: 'paused', because: `${record.paused.by} paused ${record.service}: ${record.paused.reason}` };
  }
  if (asked.mode !== 'automatic') return null;
  if (!asked.policy.automatic) {
    return { refusal: 'not-automatic', because: `the policy of ${record.service} leaves moves to people` };
  }
  if (!record.armed) {
    return { refusal: 'disarmed', because: `${record.unacknowledged ?? 'the last move'} is not acknowledged yet` };
  }
  const until = coolsUntil(record, asked.policy, now);
  if (until === null) return null;
  return {
    refusal: 'cooldown',
    because: `the last move is recent: cooling down until ${new Date(until).toISOString()}`,
  };
}

/** Null where automation is not cooling down. */
export function coolsUntil(
  { lastMoveAt }: Pick<LedgerRecord, 'lastMoveAt'>,
  { cooldownMs }: Pick<Policy, 'cooldownMs'>,
  now: Instant,
): Instant | null {
  if (lastMoveAt === null) return null;
  const until = lastMoveAt + cooldownMs;
  return now < until ? until : null;
}

function renew(record: LedgerRecord, command: CommandOf<'renew'>, now: Instant): LedgerOutcome {
  const lost = notOurs(record, command);
  if (lost !== null) return lost;
  const { holder, leaseMs } = command;
  const lease = record.lease ?? { holder, mode: 'automatic', expiresAt: now };
  // A step that waited for the ledger is a little late; a run that somebody resumes hours later is another matter.
  if (now > lease.expiresAt + Math.min(leaseMs, lateMaxMs)) {
    const since = new Date(lease.expiresAt).toISOString();
    return refused(record, 'expired', `its lease ran out at ${since}: it was held up, or resumed too late`);
  }
  if (record.paused !== null && !command.force) {
    return refused(record, 'paused', `${record.paused.by} paused ${record.service}: ${record.paused.reason}`);
  }
  return done({ ...record, lease: { ...lease, expiresAt: now + leaseMs } });
}

/** A lease that ran out is still its holder's for as long again, this at the most, where nobody else has taken it. */
const lateMaxMs = 10 * 60_000;

function conclude(record: LedgerRecord, command: CommandOf<'conclude'>, now: Instant): LedgerOutcome {
  const lost = notOurs(record, command);
  if (lost !== null) return lost;
  const automatic = command.mode === 'automatic';
  if (command.movedTo === null) {
    // A move of its own that came to nothing would be tried again while the region stays red: back and forth, each minute.
    // And whoever moves the lever by hand in the middle of it would be moved back by the next run.
    const cameToNothing = command.ending === 'rolled-back' || command.ending === 'rollback-failed';
    const failedMove = automatic && (cameToNothing || command.overtakenAtLever === true);
    // A shadow that would move says so once a cooldown and not every minute; there is nothing for a person to acknowledge.
    // Whoever said no does not want to be asked again a minute later.
    if (automatic && (command.ending === 'shadowed' || command.isDeclined === true)) {
      return done({ ...record, lease: null, lastMoveAt: now });
    }
    const movedBy = command.overtakenAtLever === true ? 'person' : record.movedBy;
    if (!failedMove) return done({ ...record, lease: null, movedBy });
    return done({ ...record, lease: null, movedBy, lastMoveAt: now, armed: false, unacknowledged: command.incident });
  }
  return done({
    ...record,
    lease: null,
    activeRegion: command.movedTo,
    movedBy: automatic ? 'automation' : 'person',
    // Whoever goes there by hand has opened it.
    fences: automatic ? record.fences : unfence(record, command.movedTo).fences,
    lastMoveAt: now,
    armed: automatic ? false : record.armed,
    unacknowledged: automatic ? command.incident : record.unacknowledged,
    told: [],
  });
}

function told(record: LedgerRecord, trouble: Trouble, now: Instant): LedgerOutcome {
  const others = record.told.filter((known) => known.what !== trouble.what || !isOf(known, trouble.region));
  return done({ ...record, told: [...others, { ...trouble, at: now }].slice(-troublesMax) });
}

function over(record: LedgerRecord, region: Region | null): LedgerOutcome {
  const left = record.told.filter((known) => !isOf(known, region));
  return done(left.length === record.told.length ? record : { ...record, told: left });
}

/** Far more than a service of a few regions has; the item stays small whatever happens. */
const troublesMax = 30;

function pause(record: LedgerRecord, { by, reason }: CommandOf<'pause'>, now: Instant): LedgerOutcome {
  const { paused } = record;
  if (paused === null) return done({ ...record, paused: { by, reason: reason ?? 'no reason given', at: now } });
  // Who is refused reads the reason, and asks whoever wrote it; the pause itself is as old as it was.
  const unchanged = reason === null || (reason === paused.reason && by === paused.by);
  return done(unchanged ? record : { ...record, paused: { ...paused, by, reason } });
}

function acknowledge(record: LedgerRecord, incident: string | null): LedgerOutcome {
  if (record.armed && record.unacknowledged === null) {
    return refused(record, 'nothing-to-acknowledge', `${record.service} is armed: nothing waits for a person`);
  }
  if (incident !== null && incident !== record.unacknowledged) {
    const waiting = record.unacknowledged ?? 'none';
    return refused(record, 'nothing-to-acknowledge', `${incident} is not the incident that waits; that is ${waiting}`);
  }
  return done({ ...record, armed: true, unacknowledged: null });
}

function notOurs(record: LedgerRecord, { holder, epoch }: { holder: string; epoch: Epoch }): LedgerOutcome | null {
  if (record.epoch !== epoch) {
    return refused(
      record,
      'fenced',
      `epoch ${epoch} of ${holder} is over: ${record.service} is at epoch ${record.epoch}`,
    );
  }
  if (record.lease?.holder !== holder) {
    return refused(
      record,
      'lease-lost',
      `the lease of ${record.service} is ${record.lease?.holder ?? 'free'}, not ${holder}`,
    );
  }
  return null;
}

type CommandOf<K extends LedgerCommand['kind']> = Extract<LedgerCommand, { kind: K }>;

const done = (record: LedgerRecord): LedgerOutcome => ({ kind: 'done', record });

const refused = (record: LedgerRecord, refusal: Refusal, because: string): LedgerOutcome => ({
  kind: 'refused',
  refusal,
  because,
  record,
});
