import { type Epoch, epoch, type Instant, invariant, type Region, unreachable } from './brand.ts';
import { fence, isOwnMove, recordMove, strangers, unfence, withoutStrangers } from './hands.ts';
import type { Ending, Mode } from './incident.ts';
import { automationLimit, isPaused, isPauseReminderDue, type Limit, pauseDefaultMs, pauseText } from './limit.ts';
import { type Look, remember } from './looks.ts';
import type { Lease, LedgerRecord, Purpose, Question, Unapproved } from './record.ts';
import { type Routing, servingRegions } from './routing.ts';
import type { Policy } from './service.ts';
import { follow, isOpen, type Sight, type TellingRules } from './trouble.ts';
import type { Trouble } from './trouble-record.ts';

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
      /** The region that an event is about; absent for whoever has looked who serves. */
      readonly about?: Region | undefined;
    }
  /** Asked right before every write to traffic: still ours, still allowed? */
  | {
      readonly kind: 'renew';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly leaseMs: number;
      readonly force: boolean;
      /** Whether something is written or set in motion next: a run that was let in to look may not. */
      readonly toWrite?: boolean;
      /** The write to the lever that comes next, by the name that it has each time that it is tried; null where the last wrote nothing. */
      readonly attempt?: string | null;
      /** What was just seen, written along. */
      readonly look?: Look | null | undefined;
      readonly serving?: readonly Region[] | undefined;
    }
  /** Keeps the lease while people are asked. */
  | {
      readonly kind: 'ask';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly leaseMs: number;
      readonly question: Question;
    }
  /** Nobody waits for an answer any more. */
  | { readonly kind: 'unask'; readonly incident: string }
  | {
      readonly kind: 'conclude';
      readonly holder: string;
      readonly epoch: Epoch;
      readonly incident: string;
      readonly mode: Mode;
      readonly ending: Ending;
      /** Somebody of whom the ledger knows nothing wrote a newer epoch at the lever while this run moved. */
      readonly overtakenAtLever?: boolean;
      /** People were asked to approve the move, and did not: who declined, or null where nobody answered. */
      readonly unapproved?: { readonly by: string | null };
      /** The region that the traffic was moved to; null where it did not move. */
      readonly movedTo: Region | null;
      /** The region that the traffic left, and whether that is the service's home; the home where it is not said. */
      readonly movedFrom?: { readonly region: Region; readonly isHome: boolean };
      /** What the run saw last, and who has a share after it. */
      readonly look?: Look | null | undefined;
      readonly serving?: readonly Region[] | undefined;
    }
  /** Paused already, it changes the reason and the end alone, and nothing where neither is given. */
  | {
      readonly kind: 'pause';
      readonly by: string;
      readonly reason: string | null;
      readonly until?: Instant | undefined;
    }
  | { readonly kind: 'resume' }
  /** Takes a pause away whose end has come. */
  | { readonly kind: 'end-pause' }
  /** People are reminded of a pause. */
  | { readonly kind: 'remind-of-pause' }
  /** What a run has seen of the service, and people have heard of where they had to. */
  | {
      readonly kind: 'sighted';
      readonly incident: string;
      readonly sight: Sight;
      readonly rules: TellingRules;
      /** When it was decided whether people hear of it, and whether they did. */
      readonly at: Instant;
      readonly isTold: boolean;
    }
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
  | Limit
  | 'held'
  | 'fenced'
  | 'lease-lost'
  /** The run was held up, or resumed, long after its lease ran out. */
  | 'expired'
  /** A run that was let in to look would write. */
  | 'look-only'
  | 'not-fenced'
  /** Somebody else has done it, or it is not due. */
  | 'nothing-to-do'
  | 'nothing-to-acknowledge';

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
    case 'end-pause':
      if (record.paused === null || isPaused(record, now)) return nothingToDo(record);
      return done({ ...record, paused: null });
    case 'remind-of-pause':
      if (record.paused === null || !isPauseReminderDue(record, now)) return nothingToDo(record);
      return done({ ...record, paused: { ...record.paused, remindedAt: now } });
    case 'ask':
      return ask(record, command, now);
    case 'unask':
      if (record.question?.incident !== command.incident) return nothingToDo(record);
      return done({ ...record, question: null });
    case 'sighted':
      return sighted(record, command);
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
      return strangers(record, command.regions).length === 0
        ? nothingToDo(record)
        : done(withoutStrangers(record, command.regions));
    default:
      return unreachable(command);
  }
}

/**
 * A run of automation that some limit keeps from moving is let in all the same, to look: people hear of an outage whatever
 * automation may do. A run that may move never waits for one that may not.
 */
function acquire(record: LedgerRecord, command: CommandOf<'acquire'>, now: Instant): LedgerOutcome {
  const { holder, policy, mode, lever = null, above = epoch(0) } = command;
  const taken = Math.max(lever?.epoch ?? 0, above);
  const isOurs = record.lease?.holder === holder;
  const limit = isOurs ? null : automationLimit(record, command, now);
  const purpose = isOurs ? (record.lease?.purpose ?? 'move') : purposeOf(mode, limit !== null);
  const attempt = isOurs ? (record.lease?.attempt ?? null) : null;
  const lease: Lease = { holder, mode, purpose, expiresAt: now + policy.leaseMs, attempt };
  // The same execution asks again (its first answer was lost, or the handler was killed): same epoch, nothing new, unless
  // somebody has had that epoch meanwhile.
  if (isOurs && taken < record.epoch) return done({ ...record, lease });
  if (!isOurs) {
    const { about } = command;
    const isElsewhere = about !== undefined && record.activeRegion !== null && about !== record.activeRegion;
    // There is nothing to tell of a region that was left, red as it is; where it has a share after all, the reconciler looks.
    if (limit !== null && (mode !== 'automatic' || isElsewhere)) return { kind: 'refused', ...limit, record };
    if (record.lease !== null && keepsOut(record.lease, purpose, command, now)) {
      return refused(record, 'held', heldBy(record, record.lease));
    }
  }
  const next = epoch(Math.max(record.epoch, taken) + 1);
  const leverLeads = lever !== null && lever.epoch !== null && lever.epoch >= record.epoch + (isOurs ? 0 : 1);
  if (!leverLeads) return done({ ...record, lease, epoch: next });
  // Every run takes its epoch here first: whoever is ahead of the record at the lever did not.
  const serving = servingRegions(lever.weights);
  return done({ ...record, lease, epoch: next, movedBy: 'person', activeRegion: serving[0] ?? null, serving });
}

const purposeOf = (mode: Mode, isLimited: boolean): Purpose =>
  mode === 'rehearsal' ? 'rehearsal' : isLimited ? 'look' : 'move';

/**
 * Whether a lease of somebody else stands in the way: of a move only where it may move itself, and a look and a rehearsal give way to
 * one another, so that neither waits. The new epoch fences whoever had it.
 */
function keepsOut(lease: Lease, purpose: Purpose, { ended }: CommandOf<'acquire'>, now: Instant): boolean {
  if (lease.expiresAt <= now || lease.holder === ended) return false;
  return lease.purpose === 'move' || lease.purpose === purpose;
}

function heldBy({ service, epoch, question }: LedgerRecord, { holder, expiresAt }: Lease): string {
  const asks =
    question?.incident !== `${service}#${epoch}`
      ? ''
      : `; it waits for a person: understudy approve ${service}, or understudy decline ${service} (${question.incident}, from ${question.from} to ${question.to}, until ${new Date(question.deadline).toISOString()})`;
  return `${holder} works on ${service} until ${new Date(expiresAt).toISOString()} at the latest${asks}`;
}

function renew(record: LedgerRecord, command: CommandOf<'renew'>, now: Instant): LedgerOutcome {
  const lost = notOurs(record, command) ?? tooLate(record, command, now);
  if (lost !== null) return lost;
  if (command.toWrite === true && record.lease?.purpose !== 'move') {
    return refused(
      record,
      'look-only',
      `${command.holder} was let in to look at ${record.service}, and writes nothing`,
    );
  }
  if (isPaused(record, now) && !command.force) return refused(record, 'paused', pauseText(record));
  // A run that goes on has its answer.
  const lease = { ...kept(record, command, now), ...attempted(record, command) };
  return done({ ...seen(record, command), lease, question: othersQuestion(record) });
}

function attempted({ lease }: LedgerRecord, { attempt }: CommandOf<'renew'>): Partial<Lease> {
  if (attempt === undefined) return {};
  return { attempt: attempt === null ? null : { of: attempt, again: lease?.attempt?.of === attempt } };
}

/** A step that waited for the ledger is a little late; a run that somebody resumes hours later is another matter. */
function tooLate(record: LedgerRecord, { leaseMs }: { leaseMs: number }, now: Instant): LedgerOutcome | null {
  if (record.lease === null || now <= record.lease.expiresAt + Math.min(leaseMs, lateMaxMs)) return null;
  const since = new Date(record.lease.expiresAt).toISOString();
  return refused(record, 'expired', `its lease ran out at ${since}: it was held up, or resumed too late`);
}

/** A lease that ran out is still its holder's for as long again, this at the most, where nobody else has taken it. */
const lateMaxMs = 10 * 60_000;

/** The same look is remembered once, however often it is written along. */
function seen(record: LedgerRecord, { look, serving }: Pick<CommandOf<'renew'>, 'look' | 'serving'>): LedgerRecord {
  const known = serving === undefined ? record : { ...record, serving };
  if (look == null || look.at === record.lookedAt) return known;
  return { ...known, looks: remember(record.looks, look), lookedAt: look.at };
}

/** That of a run before this one, whose answer nobody is told yet. */
const othersQuestion = ({ service, epoch, question }: LedgerRecord): Question | null =>
  question?.incident === `${service}#${epoch}` ? null : question;

const kept = (record: LedgerRecord, { holder, leaseMs }: { holder: string; leaseMs: number }, now: Instant): Lease => ({
  ...(record.lease ?? { mode: 'automatic', purpose: 'move', attempt: null }),
  holder,
  expiresAt: now + leaseMs,
});

function ask(record: LedgerRecord, command: CommandOf<'ask'>, now: Instant): LedgerOutcome {
  const lost = notOurs(record, command);
  if (lost !== null) return lost;
  return done({ ...record, lease: kept(record, command, now), question: command.question });
}

function conclude(before: LedgerRecord, command: CommandOf<'conclude'>, now: Instant): LedgerOutcome {
  const lost = notOurs(before, command);
  if (lost !== null) return lost;
  const record = seen(before, command);
  const automatic = command.mode === 'automatic';
  const released: LedgerRecord = {
    ...record,
    lease: null,
    question: othersQuestion(record),
    unapproved: unapprovedBy(record.unapproved, command, now),
  };
  if (command.movedTo === null) {
    // A move of its own that came to nothing would be tried again while the region stays red: back and forth, each minute.
    // And whoever moves the lever by hand in the middle of it would be moved back by the next run.
    const cameToNothing = command.ending === 'rolled-back' || command.ending === 'rollback-failed';
    const failedMove = automatic && (cameToNothing || command.overtakenAtLever === true);
    // A shadow that would move says so once a cooldown and not every minute; there is nothing for a person to acknowledge.
    if (automatic && command.ending === 'shadowed') return done({ ...released, lastMoveAt: now });
    const movedBy = command.overtakenAtLever === true ? 'person' : record.movedBy;
    if (!failedMove) return done({ ...released, movedBy });
    return done({ ...released, movedBy, lastMoveAt: now, armed: false, unacknowledged: command.incident });
  }
  return done({
    ...released,
    activeRegion: command.movedTo,
    movedBy: automatic && isAutomationsAlone(record, command) ? 'automation' : 'person',
    // Whoever goes there by hand has opened it.
    fences: automatic ? record.fences : unfence(record, command.movedTo).fences,
    // A cooldown keeps automation from following itself; where a person moved the service to, it is looked after at once.
    lastMoveAt: automatic ? now : record.lastMoveAt,
    armed: automatic ? false : record.armed,
    unacknowledged: automatic ? command.incident : record.unacknowledged,
  });
}

/** From home, or from where automation alone had led it: a person who led it elsewhere decides when it goes home. */
const isAutomationsAlone = (record: LedgerRecord, { movedFrom }: CommandOf<'conclude'>): boolean =>
  movedFrom === undefined || movedFrom.isHome || isOwnMove(record, movedFrom.region);

function unapprovedBy(before: Unapproved | null, command: CommandOf<'conclude'>, now: Instant): Unapproved | null {
  if (command.movedTo !== null) return null;
  if (command.unapproved === undefined) return before;
  const { by } = command.unapproved;
  return { by, at: now, unanswered: by === null ? (before?.unanswered ?? 0) + 1 : 0 };
}

/** Questions of a trouble that is over count no more. */
function sighted(record: LedgerRecord, command: CommandOf<'sighted'>): LedgerOutcome {
  const { sight, incident, rules, at, isTold } = command;
  const { trouble, news } = follow(record.trouble, sight, incident, at, rules);
  const seen = news === null || isTold ? trouble : untold(record.trouble, sight);
  if (JSON.stringify(seen) === JSON.stringify(record.trouble)) return done(record);
  return done({ ...record, trouble: seen, unapproved: isOpen(seen) ? record.unapproved : null });
}

/** Nobody was reached: the next run tells it. That the service was not well all the time counts all the same. */
const untold = (known: Trouble | null, sight: Sight): Trouble | null =>
  isOpen(known) && sight.kind !== 'good' ? { ...known, goodSince: null } : known;

function pause(record: LedgerRecord, { by, reason, until }: CommandOf<'pause'>, now: Instant): LedgerOutcome {
  const { paused } = record;
  if (paused === null || !isPaused(record, now)) {
    const fresh = { by, reason: reason ?? 'no reason given', at: now, until: until ?? now + pauseDefaultMs };
    return done({ ...record, paused: { ...fresh, remindedAt: null } });
  }
  // Who is refused reads the reason, and asks whoever wrote it; the pause itself is as old as it was.
  const sameReason = reason === null || (reason === paused.reason && by === paused.by);
  if (sameReason && (until === undefined || until === paused.until)) return done(record);
  const changed = sameReason ? paused : { ...paused, by, reason };
  return done({
    ...record,
    paused: until === undefined ? changed : { ...changed, until, remindedAt: null },
  });
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

const nothingToDo = (record: LedgerRecord): LedgerOutcome =>
  refused(record, 'nothing-to-do', `nothing of ${record.service} is to be changed`);

const done = (record: LedgerRecord): LedgerOutcome => ({ kind: 'done', record });

const refused = (record: LedgerRecord, refusal: Refusal, because: string): LedgerOutcome => ({
  kind: 'refused',
  refusal,
  because,
  record,
});
