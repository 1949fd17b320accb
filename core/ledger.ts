import { type Instant, invariant, unreachable } from './brand.ts';
import { conclude } from './conclude.ts';
import { approve } from './consent.ts';
import { beginDetection, endDetection, interrupted, isDrillLate, skipped } from './drill.ts';
import { applyEvacuation } from './evacuation-ledger.ts';
import { fence, freeze, recordMove, tellOfFence, thaw, unfence, withoutStrangers } from './hands.ts';
import { acquire, ask, renew } from './lease.ts';
import {
  type CommandOf,
  done,
  type LedgerCommand,
  type LedgerOutcome,
  nothingToDo,
  refused,
} from './ledger-command.ts';
import { isPaused, isPauseReminderDue, pauseDefaultMs } from './limit.ts';
import { reprotected, stay, waitsFor } from './protect-again.ts';
import type { LedgerRecord } from './record.ts';
import { follow, isOpen, type Sight } from './trouble.ts';
import type { Trouble } from './trouble-record.ts';

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
    case 'approve':
      return approve(record, command, now);
    case 'unask':
      if (record.question?.incident !== command.incident) return nothingToDo(record);
      return done({ ...record, question: null });
    case 'sighted':
      return sighted(record, command);
    case 'acknowledge':
      return acknowledge(record, command.incident);
    case 'record':
      return done(
        recordMove(interrupted(record, null, 'a person moved the service past Understudy', now), command, now),
      );
    case 'fence':
      return done(fence(record, command, now));
    case 'unfence': {
      const opened = unfence(record, command.region);
      if (opened !== record) return done(opened);
      return refused(record, 'not-fenced', `${command.region} is not fenced for ${record.service}`);
    }
    case 'freeze':
      return done(freeze(record, command, now));
    case 'thaw': {
      const thawed = thaw(record, command.region, now);
      if (thawed !== record) return done(thawed);
      const towards = command.region === null ? ' as a whole' : ` towards ${command.region}`;
      return refused(record, 'not-frozen', `no person has frozen ${record.service}${towards}`);
    }
    case 'begin-detection':
      return beginDetection(record, command, now);
    case 'end-detection':
      return endDetection(record, command, now);
    case 'skip-drill':
      return done(skipped(record, command, now));
    case 'reprotected':
      return changedTo(reprotected(record, command), record);
    case 'waits-for':
      return changedTo(waitsFor(record, command, now), record);
    case 'stay': {
      const stayed = stay(record, command, now);
      if (stayed !== null) return done(stayed);
      return refused(record, 'nothing-to-do', `${record.service} was never moved: it is at home, and stays there`);
    }
    case 'tell-of-drill':
      if (record.drill?.incident !== command.incident) return nothingToDo(record);
      // Asked again, because the answer was lost: whoever wrote it down is the one to tell.
      if (record.drill.toldAt === command.at) return done(record);
      if (!isDrillLate(record, now)) return nothingToDo(record);
      return done({ ...record, drill: { ...record.drill, toldAt: command.at } });
    case 'tell-of-fence':
      return changedTo(tellOfFence(record, command.region, now), record);
    case 'begin-evacuation':
    case 'renew-evacuation':
    case 'abort-evacuation':
    case 'end-evacuation':
      return applyEvacuation(record, command, now);
    case 'forget':
      return changedTo(withoutStrangers(record, command.regions), record);
    default:
      return unreachable(command);
  }
}

/** By the reference: who asks for what is so already is told that there is nothing to do. */
const changedTo = (after: LedgerRecord, before: LedgerRecord): LedgerOutcome =>
  after === before ? nothingToDo(before) : done(after);

/** Questions of a trouble of the service that is over count no more. */
function sighted(record: LedgerRecord, command: CommandOf<'sighted'>): LedgerOutcome {
  const { of = 'service', sight, incident, rules, at, isTold } = command;
  const known = troublesOf(record)[of];
  const { trouble, news } = follow(known, sight, incident, at, rules);
  const seen = news === null || isTold ? trouble : untold(known, sight);
  const told = (after: LedgerRecord): LedgerOutcome => ({ kind: 'done', record: after, news });
  if (JSON.stringify(seen) === JSON.stringify(known)) return told(record);
  if (of === 'alarms') return told({ ...record, alarmTrouble: seen });
  if (of === 'arrivals') return told({ ...record, arrivalTrouble: seen });
  return told({ ...record, trouble: seen, unapproved: isOpen(seen) ? record.unapproved : null });
}

const troublesOf = ({ trouble, alarmTrouble, arrivalTrouble }: LedgerRecord) => ({
  service: trouble,
  alarms: alarmTrouble,
  arrivals: arrivalTrouble,
});

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
