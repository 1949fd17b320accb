import { type Instant, unreachable } from './brand.ts';
import { type Evacuation, type EvacuationCommand, type EvacuationProgress, isSilent, underWay } from './evacuation.ts';
import { done, type LedgerOutcome, nothingToDo, refused } from './ledger-command.ts';
import type { LedgerRecord } from './record.ts';

/** The rules of an evacuation, as those of the ledger: one at a time, and only its holder goes on with it. */
export function applyEvacuation(record: LedgerRecord, command: EvacuationCommand, now: Instant): LedgerOutcome {
  const known = record.evacuation;
  const current = underWay(known);
  switch (command.kind) {
    case 'begin-evacuation': {
      const { kind: _, over = null, continues = false, ...asked } = command;
      // The same execution asks again: its first answer was lost.
      if (known?.holder === asked.holder) return current === null ? notUnderWay(record) : done(record);
      if (continues) {
        if (current?.id !== asked.id) return notUnderWay(record);
        if (current.holder !== over || !isSilent(current, now))
          return refused(record, 'evacuating', `${current.holder} goes on`);
        return changed(record, current, { holder: asked.holder, seenAt: now });
      }
      if (current !== null && current.holder !== over) {
        const because = `${current.by} ${current.direction === 'leave' ? 'evacuates' : 'returns to'} ${current.region}: ${current.id} is under way`;
        return refused(record, 'evacuating', because);
      }
      const left = known?.region === asked.region ? known.left : [];
      return done({
        ...record,
        evacuation: { ...asked, startedAt: now, seenAt: now, abortedBy: null, endedAt: null, left },
      });
    }
    case 'renew-evacuation': {
      if (current === null || current.holder !== command.holder) return notUnderWay(record);
      const { left = [], back = [] } = command;
      const out = [...new Set([...current.left, ...left])].filter((name) => !back.includes(name));
      const progress = progressOf(current, command.progress);
      const isSeen = now - (current.seenAt ?? 0) < seenEveryMs;
      if (isSeen && progress === current.progress && sameNames(out, current.left)) return done(record);
      return changed(record, current, { left: out, seenAt: now, ...(progress !== undefined && { progress }) });
    }
    case 'abort-evacuation':
      if (current === null) return notUnderWay(record);
      return current.abortedBy === null ? changed(record, current, { abortedBy: command.by }) : nothingToDo(record);
    case 'end-evacuation':
      if (current === null || current.holder !== command.holder) return nothingToDo(record);
      return changed(record, current, { endedAt: now });
    default:
      return unreachable(command);
  }
}

const changed = (record: LedgerRecord, evacuation: Evacuation, by: Partial<Evacuation>): LedgerOutcome =>
  done({ ...record, evacuation: { ...evacuation, ...by } });

/** The same reference where it says nothing new. */
function progressOf(
  { progress }: Evacuation,
  more: Partial<EvacuationProgress> | undefined,
): EvacuationProgress | undefined {
  if (more === undefined) return progress;
  const next = { of: 0, stays: [], turn: 0, turns: 0, ...progress, ...more };
  return JSON.stringify(next) === JSON.stringify(progress) ? progress : next;
}

/** A machine that is there says so no more often than this. */
const seenEveryMs = 10_000;

const notUnderWay = (record: LedgerRecord): LedgerOutcome =>
  refused(record, 'not-evacuating', 'no such evacuation is under way');

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));
