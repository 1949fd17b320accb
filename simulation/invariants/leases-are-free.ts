import type { Instant, Region } from '../../core/brand.ts';
import { isFault } from '../plan.ts';
import type { RunId } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/** For so long at the most after a run ended, however it ended, its lease keeps the next one out. */
export const freeAfterMs = 3 * 60_000;

/** A run that is refused because another holds the lease was refused rightly only where that one is, or was lately, under way. */
export const leasesAreFree: CheckerOf = ({ plan, world, violated }) => {
  const isControl = (region: Region) => world.failover.controlRegions.includes(region);
  const endedAt = new Map<RunId, Instant>();
  // Where the region that ran it is gone, nobody can say that it is over: the lease runs out.
  if (plan.items.some((item) => isFault(item) && item.fault.fault === 'region-lost' && isControl(item.fault.region)))
    return { see() {} };
  // A wrong clock may take an end for one that has not come yet.
  const skewMs = Math.max(
    0,
    ...plan.items.map((item) => (isFault(item) && item.fault.fault === 'control-skew' ? Math.abs(item.fault.by) : 0)),
  );
  return {
    see(seen) {
      if (seen.kind === 'ended') endedAt.set(seen.run, seen.at);
      if (seen.kind === 'started' || seen.kind === 'redriven') endedAt.delete(seen.run);
      if (seen.kind !== 'refused' || seen.reason !== 'held') return;
      const holder = world.table.record(world.service.name)?.lease?.holder;
      const ended = holder === undefined ? undefined : endedAt.get(holder);
      if (ended === undefined || seen.at <= ended + freeAfterMs + skewMs) return;
      violated(
        'leases-are-free',
        `${seen.run} was refused for ${holder}, which ended ${(seen.at - ended) / 1_000} s before`,
      );
    },
  };
};
