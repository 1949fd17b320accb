import type { BrownOut } from '../../core/service.ts';
import { home, usualPolicy } from '../failover.ts';
import type { LeverWrite } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';
import { type Sight, Sights, underWayMs } from './sights.ts';

/** Automatic moves away from a region, and what had been seen of it. Going home is no flight. */
const onFlight =
  (judge: (bad: readonly Sight[], quorum: number, from: string) => string | null, name: string): CheckerOf =>
  ({ plan, violated }) => {
    const sights = new Sights();
    const { evidenceMaxAgeMs, quorum, brownOut } = { ...usualPolicy, ...plan.policy };
    const fled = new Set<string>();
    /** By run, the regions of which users say that they are bad, as it read last. */
    const usersRed = new Map<string, readonly string[]>();
    return {
      see(seen) {
        sights.see(seen);
        if (seen.kind === 'heard-users') usersRed.set(seen.run, seen.red);
        if (seen.kind !== 'lever' || seen.by?.mode !== 'automatic' || seen.by.step !== 'shift') return;
        const from = regionLeft(seen);
        // The further steps of a ramp rest on what was verified.
        if (from === null || fled.has(seen.by.run) || isGoingHome(seen)) return;
        fled.add(seen.by.run);
        const all = sights.of(from, seen.sentAt - evidenceMaxAgeMs - underWayMs, seen.by.run);
        const bad = all.filter(({ vote }) => vote === 'bad');
        const good = all.filter(({ vote }) => vote === 'good');
        // What users see stands for one observer, among others that are more than those who see it good.
        const isHeard = usersRed.get(seen.by.run)?.includes(from) === true && bad.length > good.length;
        const needed = isHeard ? quorum - 1 : quorum;
        const windowFrom = seen.sentAt - brownOut.windowMs - underWayMs;
        const isBrown = (request: 'read' | 'write') =>
          isBrownOut(sights.bad(from, request, windowFrom), quorum, brownOut);
        if (isBrown('read') || isBrown('write')) return;
        const because = judge(bad, needed, from);
        if (because !== null) violated(name, because);
      },
    };
  };

/**
 * Or the region answered some: then each of a quorum, none of them cut off, has seen the policy's share of its reads bad, or of its
 * writes. A share is
 * told from chance to 5 points.
 */
function isBrownOut(shares: ReturnType<Sights['bad']>, quorum: number, { share, probes }: BrownOut): boolean {
  return shares.filter((seen) => seen.probes >= probes && seen.share >= share - 0.05).length >= quorum;
}

export const quorumBeforeAutomation = onFlight(
  (bad, quorum, from) =>
    bad.length >= quorum ? null : `automation left ${from}, which ${bad.length} observers saw bad, not ${quorum}`,
  'quorum-before-automation',
);

export const silenceMovesNothing = onFlight((bad, quorum, from) => {
  const sighted = bad.filter(({ isolated }) => !isolated);
  return sighted.length >= quorum ? null : `automation left ${from} on the word of observers that saw nothing at all`;
}, 'silence-moves-nothing');

function regionLeft({ before, after }: LeverWrite): string | null {
  return Object.keys(before.weights).find((name) => (after.weights[name] ?? 0) < (before.weights[name] ?? 0)) ?? null;
}

const isGoingHome = ({ before, after }: LeverWrite): boolean =>
  (after.weights[home] ?? 0) > (before.weights[home] ?? 0);
