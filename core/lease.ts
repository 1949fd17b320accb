import { type Epoch, epoch, type Instant, type Region } from './brand.ts';
import { consentText } from './consent.ts';
import { drillBegun, drillRefusal, interrupted } from './drill.ts';
import type { Mode } from './incident.ts';
import { type CommandOf, done, type LedgerOutcome, refused } from './ledger-command.ts';
import { automationLimit, isPaused, pauseText } from './limit.ts';
import { remember } from './looks.ts';
import { type Lease, type LedgerRecord, lastIncident, type Purpose, type Question } from './record.ts';
import { servingRegions } from './routing.ts';

/**
 * A run of automation that some limit keeps from moving is let in all the same, to look: people hear of an outage whatever
 * automation may do. A run that may move never waits for one that may not.
 */
export function acquire(record: LedgerRecord, command: CommandOf<'acquire'>, now: Instant): LedgerOutcome {
  const { holder, policy, mode, lever = null, above = epoch(0) } = command;
  const taken = Math.max(lever?.epoch ?? 0, above);
  const isOurs = record.lease?.holder === holder;
  const limit = isOurs ? null : automationLimit(record, command, now);
  const purpose = isOurs ? (record.lease?.purpose ?? 'move') : purposeOf(mode, limit !== null);
  const attempt = isOurs ? (record.lease?.attempt ?? null) : null;
  const since = isOurs ? record.lease?.since : now;
  const lease: Lease = { holder, mode, purpose, expiresAt: now + policy.leaseMs, since, attempt };
  // The same execution asks again (its first answer was lost, or the handler was killed): same epoch, nothing new, unless
  // somebody has had that epoch meanwhile.
  if (isOurs && taken < record.epoch) return done({ ...record, lease });
  if (!isOurs) {
    const { about } = command;
    const pointless = drillRefusal(record, command.drill);
    if (pointless !== null) return pointless;
    const isElsewhere = about !== undefined && hasNoShare(about, record);
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
  const known = interrupted(record, null, `somebody moved the lever, which is at epoch ${lever.epoch}`, now);
  return done({ ...known, lease, epoch: next, movedBy: 'person', activeRegion: serving[0] ?? null, serving });
}

/** As far as the record knows: where the last move led, and whoever a run saw with a share beside it. */
const hasNoShare = (region: Region, { activeRegion, serving }: LedgerRecord): boolean =>
  activeRegion !== null && region !== activeRegion && !(serving ?? []).includes(region);

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

function heldBy(record: LedgerRecord, { holder, expiresAt }: Lease): string {
  const { service, question } = record;
  const asks =
    question?.incident !== lastIncident(record)
      ? ''
      : `; it waits for a person: understudy approve ${service}, or understudy decline ${service} (${question.incident}, from ${question.from} to ${question.to}, until ${new Date(question.deadline).toISOString()}${saidSoFar(record, question)})`;
  return `${holder} works on ${service} until ${new Date(expiresAt).toISOString()} at the latest${asks}`;
}

function saidSoFar(record: LedgerRecord, question: Question): string {
  const said = consentText(record, question);
  return said === null ? '' : `; ${said}`;
}

export function renew(record: LedgerRecord, command: CommandOf<'renew'>, now: Instant): LedgerOutcome {
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
  const drill = command.drill === undefined ? record.drill : drillBegun(command.drill, now);
  // The chain has fired: from here on what observers feign counts for nothing.
  const detection = command.drill === undefined ? record.detection : null;
  return done({ ...seen(record, command), lease, question: othersQuestion(record), drill, detection });
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
export function seen(
  record: LedgerRecord,
  { look, serving }: Pick<CommandOf<'renew'>, 'look' | 'serving'>,
): LedgerRecord {
  const known = serving === undefined ? record : { ...record, serving };
  if (look == null || look.at === record.lookedAt) return known;
  return { ...known, looks: remember(record.looks, look), lookedAt: look.at };
}

/** That of a run before this one, whose answer nobody is told yet. */
export const othersQuestion = (record: LedgerRecord): Question | null =>
  record.question?.incident === lastIncident(record) ? null : record.question;

const kept = (record: LedgerRecord, { holder, leaseMs }: { holder: string; leaseMs: number }, now: Instant): Lease => ({
  ...(record.lease ?? { mode: 'automatic', purpose: 'move', attempt: null }),
  holder,
  expiresAt: now + leaseMs,
});

export function ask(record: LedgerRecord, command: CommandOf<'ask'>, now: Instant): LedgerOutcome {
  const lost = notOurs(record, command);
  if (lost !== null) return lost;
  const { question } = command;
  const { incident, from, to } = question;
  // An earlier question is over, and so are the approvals of it.
  const consents = { incident, from, to, given: [] };
  return done({ ...record, lease: kept(record, command, now), question, consents });
}

export function notOurs(
  record: LedgerRecord,
  { holder, epoch }: { holder: string; epoch: Epoch },
): LedgerOutcome | null {
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
