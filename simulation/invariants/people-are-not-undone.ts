import type { Instant } from '../../core/brand.ts';
import { sameWeights } from '../../core/routing.ts';
import { usualPolicy } from '../failover.ts';
import type { LeverWrite, RunId, Seen } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';
import { Sights, underWayMs } from './sights.ts';

/** What a person did with the traffic, as long as nobody has opened it again. */
interface Hand {
  /** From when on a run can know of it. */
  readonly knownFrom: Instant;
  readonly lowered: readonly string[];
  /** It took back what automation had done: only a person says that automation may try again. */
  readonly against: RunId | null;
}

/**
 * A region that a quorum sees bad may be left, whoever led the traffic there. What automation may not: go back to what a person left
 * because it looks well; write once more in a run in whose middle a person took the lever; move again what a person took back;
 * move what a person has just declined to move.
 */
export const peopleAreNotUndone: CheckerOf = ({ plan, violated }) => {
  const { quorum, evidenceMaxAgeMs, cooldownMs } = { ...usualPolicy, ...plan.policy };
  const name = 'people-are-not-undone';
  const sights = new Sights();
  let hand: Hand | null = null;
  let declinedAt: Instant | null = null;
  /** Automation's last move, until a person has looked at it or moved on. */
  let standing: RunId | null = null;
  /** Regions that a person keeps automation out of, and since when. */
  const fences = new Map<string, Instant>();
  /** Runs that wrote before a person took the lever. */
  const overtaken = new Map<RunId, Instant>();
  const writers = new Set<RunId>();
  /** Runs that were stopped, or could not write how they ended. A write of theirs may still be under way. */
  const inconclusive = new Set<RunId>();

  const byPerson = (seen: LeverWrite & { readonly at: Instant }): void => {
    const knownFrom = Math.max(seen.readableFrom, seen.at) + (plan.lever === 'kvs' ? 0 : residualMs);
    hand = {
      knownFrom,
      lowered: loweredBy(seen),
      against: seen.by === null && !isInconclusive(standing) ? standing : null,
    };
    standing = null;
    if (seen.by === null) for (const run of writers) overtaken.set(run, knownFrom);
  };
  const byAutomation = (seen: LeverWrite & { readonly at: Instant }, run: RunId): void => {
    const takenAt = overtaken.get(run);
    if (takenAt !== undefined && seen.sentAt > takenAt)
      violated(name, `${run} wrote ${JSON.stringify(seen.after.weights)} after a person had taken the lever`);
    // The further steps of a ramp rest on what was verified.
    const isFirst = !writers.has(run);
    writers.add(run);
    if (seen.by?.step !== 'shift') return;
    standing = run;
    if (declinedAt !== null && seen.sentAt > declinedAt && seen.sentAt < declinedAt + cooldownMs)
      violated(name, `${run} moved what a person had declined ${(seen.sentAt - declinedAt) / 1_000} s before`);
    const fenced = [...fences].find(
      ([region, at]) =>
        seen.sentAt > at + underWayMs && (seen.after.weights[region] ?? 0) > (seen.before.weights[region] ?? 0),
    );
    if (fenced !== undefined) violated(name, `${run} moved into ${fenced[0]}, which a person has fenced`);
    if (hand === null || seen.sentAt <= hand.knownFrom) return;
    if (hand.against !== null) violated(name, `${run} moved again what a person had taken back`);
    const left = loweredBy(seen);
    const isFlight = left.some((region) => isBad(region, seen.sentAt));
    const back = hand.lowered.find((region) => (seen.after.weights[region] ?? 0) > (seen.before.weights[region] ?? 0));
    if (back !== undefined && isFirst && !isFlight)
      violated(name, `${run} went back to ${back}, which a person had left`);
  };
  /** Whoever deletes the record, or restores the table, deletes what stood in it of people. */
  const forget = (): void => {
    hand = null;
    standing = null;
    declinedAt = null;
    fences.clear();
  };
  const isInconclusive = (run: RunId | null): boolean => run !== null && inconclusive.has(run);
  const leaveInconclusive = (run: RunId): void => {
    inconclusive.add(run);
    if (standing === run) standing = null;
    if (hand?.against === run) hand = { ...hand, against: null };
  };
  const isBad = (region: string, at: Instant): boolean =>
    sights.of(region, at - evidenceMaxAgeMs - residualMs).filter(({ vote }) => vote !== 'good').length >= quorum;
  return {
    see(seen) {
      sights.see(seen);
      if (seen.kind === 'ledger' && seen.by === null) forget();
      // A datum that nobody could read yet: the one that automation put then says the same, or outweighs it.
      if (isAccepted(seen) && plan.lever === 'beacon' && hand !== null && seen.at <= hand.knownFrom) hand = null;
      // Who was stopped, or could not write how it ended, cannot leave automation disarmed either; people were paged.
      if (seen.kind === 'ended' && (seen.status === 'ABORTED' || seen.state === 'NotConcluded'))
        leaveInconclusive(seen.run);
      if (seen.kind === 'ended') overtaken.delete(seen.run);
      if (seen.kind === 'ended') writers.delete(seen.run);
      if (seen.kind === 'act') {
        if (seen.act.act === 'decline' && seen.outcome === 'answered') declinedAt = seen.at;
        if (seen.act.act === 'approve' && seen.outcome === 'answered') declinedAt = null;
        if (seen.act.act === 'evacuate' && seen.outcome === 'started') fences.set(seen.act.region, seen.at);
        if (seen.act.act === 'unfence' && seen.outcome === 'done') fences.delete(seen.act.region);
        if (seen.act.act === 'start' && seen.act.to !== undefined) fences.delete(seen.act.to);
      }
      // A person has looked at the last move, whether or not the answer to that came back.
      if (seen.kind === 'ledger' && seen.before?.armed === false && seen.after.armed) {
        standing = null;
        hand = hand === null ? null : { ...hand, against: null };
      }
      if (seen.kind !== 'lever' || sameWeights(seen.before.weights, seen.after.weights)) return;
      if (seen.by === null || (seen.by.mode === 'manual' && seen.by.step === 'shift')) byPerson(seen);
      else if (seen.by.mode === 'automatic') byAutomation(seen, seen.by.run);
    },
  };
};

const isAccepted = (seen: Seen): boolean =>
  seen.kind === 'returned' && seen.step === 'shift' && seen.answer === 'accepted';

const loweredBy = ({ before, after }: LeverWrite): string[] =>
  Object.keys(before.weights).filter((region) => (after.weights[region] ?? 0) < (before.weights[region] ?? 0));

/** Between a read and the write's arrival, where the lever compares nothing: see Fencing in docs/safety.md. */
const residualMs = 15_000;
