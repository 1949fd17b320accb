import type { Instant } from './brand.ts';
import { drillConcluded, interrupted } from './drill.ts';
import { isOwnMove, unfence } from './hands.ts';
import { notOurs, othersQuestion, seen } from './lease.ts';
import { type CommandOf, done, type LedgerOutcome } from './ledger-command.ts';
import { movedAway } from './protect-again.ts';
import type { LedgerRecord, Unapproved } from './record.ts';

export function conclude(before: LedgerRecord, command: CommandOf<'conclude'>, now: Instant): LedgerOutcome {
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
  if (command.mode === 'drill') {
    // Where the service lives, and who led it there, a drill leaves as it was.
    const movedBy = command.overtakenAtLever === true ? 'person' : record.movedBy;
    return done({ ...drillConcluded(record, command, now), lease: null, question: released.question, movedBy });
  }
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
    ...interrupted(released, command.incident, `${command.incident} moved the service to ${command.movedTo}`, now),
    activeRegion: command.movedTo,
    left: leftBy(record, command, now),
    ...movedAway(record, regionLeft(record, command), command.movedTo, command.incident, now),
    movedBy: automatic && isAutomationsAlone(record, command) ? 'automation' : 'person',
    // Whoever goes there by hand has opened it.
    fences: automatic ? record.fences : unfence(record, command.movedTo).fences,
    // A cooldown keeps automation from following itself; where a person moved the service to, it is looked after at once.
    lastMoveAt: automatic ? now : record.lastMoveAt,
    armed: automatic ? false : record.armed,
    unacknowledged: automatic ? command.incident : record.unacknowledged,
  });
}

const regionLeft = (record: LedgerRecord, { movedFrom }: CommandOf<'conclude'>) =>
  movedFrom?.region ?? record.activeRegion;

function leftBy(record: LedgerRecord, command: CommandOf<'conclude'>, now: Instant): LedgerRecord['left'] {
  const { movedTo, incident } = command;
  const region = regionLeft(record, command);
  return region === null || region === movedTo ? record.left : { region, at: now, incident };
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
