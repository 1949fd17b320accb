import type { Instant } from '../../core/brand.ts';
import type { HeldFreeze } from '../../core/freeze.ts';
import { usualPolicy } from '../failover.ts';
import type { CheckerOf } from './checker.ts';
import { Sights, underWayMs } from './sights.ts';

/** The first write of each run of automation, against what its own look showed of the region that it leaves. */
export const freezesHold: CheckerOf = ({ plan, violated }) => {
  const sights = new Sights();
  const { evidenceMaxAgeMs } = { ...usualPolicy, ...plan.policy };
  const begun = new Set<string>();
  let freezes: readonly HeldFreeze[] = [];
  /** When the record first had it: a run that was under way by then could not know. */
  const knownFrom = new Map<HeldFreeze['region'], Instant>();
  const isFrozen = (region: string, at: Instant): boolean =>
    plan.frozen === true ||
    freezes.some((freeze) => {
      const since = knownFrom.get(freeze.region) ?? at;
      const isOf = freeze.region === null || freeze.region === region;
      return isOf && at < freeze.until && at > since + evidenceMaxAgeMs + underWayMs;
    });
  return {
    see(seen) {
      sights.see(seen);
      if (seen.kind === 'ledger') {
        freezes = seen.after.freezes;
        for (const region of [...knownFrom.keys()]) {
          if (freezes.every((freeze) => freeze.region !== region)) knownFrom.delete(region);
        }
        for (const { region } of freezes) if (!knownFrom.has(region)) knownFrom.set(region, seen.at);
      }
      if (seen.kind !== 'lever' || seen.by?.mode !== 'automatic' || seen.by.step !== 'shift') return;
      const { run } = seen.by;
      // The further steps of a ramp rest on the first.
      if (begun.has(run)) return;
      begun.add(run);
      const changed = (sign: 1 | -1) =>
        Object.keys(seen.after.weights).filter(
          (name) => ((seen.after.weights[name] ?? 0) - (seen.before.weights[name] ?? 0)) * sign > 0,
        );
      const to = changed(1).find((region) => isFrozen(region, seen.sentAt));
      if (to === undefined) return;
      for (const from of changed(-1)) {
        const well = sights
          .of(from, seen.sentAt - evidenceMaxAgeMs - underWayMs, run)
          .find(({ vote, isolated }) => vote !== 'bad' && !isolated);
        if (well !== undefined)
          violated(
            'freezes-hold',
            `${run} moved into ${to}, which is frozen, and ${well.observer} got answers from ${from}`,
          );
      }
    },
  };
};
