import type { Instant, Region } from '../../core/brand.ts';
import { sameWeights, type Weights } from '../../core/routing.ts';
import { usualPolicy } from '../failover.ts';
import type { Fault } from '../faults/catalogue.ts';
import { isFault } from '../plan.ts';
import type { RunId, Seen } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/** After the time that was asked for, traffic is back or people have heard that it is not. */
export const backWithinMs = 15 * 60_000;

/** By which the timeline begins one, and not the end of one. */
const drillAsked = 'a person: drill';

interface Away {
  readonly prior: Weights;
  /** The last moment at which nobody has to have heard yet. */
  readonly dueAt: Instant;
  /** `service#epoch` of the run that led it away. */
  readonly incident: string;
  /** Whether people were woken since. */
  readonly isHeard: boolean;
}

/**
 * Judged by the lever and by what people get alone. Traffic that a drill has led away is somebody else's matter as soon as anybody else has
 * written the lever: automation that was needed, or a person.
 */
export const drillsEnd: CheckerOf = ({ plan, world, violated }) => {
  const holds = plan.items.flatMap((item) => (!isFault(item) && item.act.act === 'drill' ? [item.act.for] : []));
  if (holds.length === 0) return { see() {} };
  const isLedgerGone = plan.items.some(
    (item) => isFault(item) && takesLedger(item.fault, world.failover.ledger.region),
  );
  const verify = { ...usualPolicy, ...plan.policy }.verify.timeoutMs;
  const longestMs = Math.max(...holds) + verify + backWithinMs;
  let away: Away | null = null;
  /** Executions that began a drill, and the epoch under which each did; null until it wrote. */
  const beginners = new Map<RunId, number | null>();
  let isStopped = false;
  let isForgotten = false;
  const judge = (): void => {
    if (away === null || away.isHeard || world.time.now() < away.dueAt) return;
    violated(
      'drills-end',
      `${away.incident} led traffic away for practice, which is not back ${backWithinMs / 60_000} minutes after its time, and nobody was told`,
    );
    away = null;
  };
  return {
    see(seen) {
      judge();
      if (away !== null && tells(seen, away)) away = { ...away, isHeard: true };
      if (seen.kind === 'started' && seen.because === drillAsked) beginners.set(seen.run, null);
      // No run is left that knows of it: whoever deletes the record by which another one would know, has taken it in hand.
      if (seen.kind === 'ended' && beginners.has(seen.run)) isStopped = true;
      if (seen.kind === 'ledger' && seen.by === null) isForgotten = true;
      // Nor can a run that has no ledger know of it: whoever stopped the one that did was told so by the rule for lost runs, which is not played here.
      if (isStopped && (isForgotten || isLedgerGone)) away = null;
      if (seen.kind !== 'lever') return;
      // A beacon that says the same is somebody else's word all the same.
      if (seen.by?.mode !== 'drill') away = null;
      else if (sameWeights(seen.before.weights, seen.after.weights)) return;
      else if (away !== null && sameWeights(seen.after.weights, away.prior)) away = null;
      else if (seen.by.step === 'shift' && beginners.has(seen.by.run)) {
        const first = beginners.get(seen.by.run) ?? seen.by.epoch;
        beginners.set(seen.by.run, first);
        // Under a later one the same execution leads it back.
        if (seen.by.epoch !== first) return;
        const incident = away?.incident ?? `${world.service.name}#${seen.by.epoch}`;
        away = { prior: away?.prior ?? seen.before.weights, dueAt: seen.at + longestMs, incident, isHeard: false };
        world.time.after(longestMs, judge);
      }
    },
    owed: () => away !== null && !away.isHeard,
    end: judge,
  };
};

const takesLedger = (fault: Fault, ledger: Region): boolean =>
  fault.fault === 'ledger-majority-cut' || (fault.fault === 'region-lost' && fault.region === ledger);

/** Somebody is woken, by a message of the drill or by the shortest way there is. */
function tells(seen: Seen, { incident }: Away): boolean {
  if (seen.kind === 'paged') return true;
  if (seen.kind !== 'told' && seen.kind !== 'not-told') return false;
  const { severity, mode, incident: about } = seen.message;
  return severity === 'critical' && (mode === 'drill' || about === incident);
}
