import { usualPolicy } from '../failover.ts';
import type { CheckerOf } from './checker.ts';
import { Sights, underWayMs } from './sights.ts';

export const freshGoodEvidence: CheckerOf = ({ plan, violated }) => {
  const sights = new Sights();
  const { evidenceMaxAgeMs, quorum } = { ...usualPolicy, ...plan.policy };
  return {
    see(seen) {
      sights.see(seen);
      if (seen.kind !== 'lever' || seen.by?.step !== 'shift') return;
      for (const [region, weight] of Object.entries(seen.after.weights)) {
        if (weight <= (seen.before.weights[region] ?? 0)) continue;
        const since = seen.sentAt - evidenceMaxAgeMs - underWayMs;
        const good = sights.of(region, since).filter(({ vote }) => vote === 'good');
        if (good.length < quorum) {
          violated(
            'fresh-good-evidence',
            `${region} got traffic and was good from ${good.length} observers, not ${quorum}`,
          );
        }
      }
    },
  };
};
