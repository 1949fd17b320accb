import type { Region } from '../../../core/brand.ts';
import type { Counted } from '../../../core/stragglers.ts';
import type { ArrivalCounts } from '../../../handlers/ports.ts';

/** Counts the same in every period of a region, unless it is said otherwise; a region that is lost does not answer. */
export class MemoryArrivals implements ArrivalCounts {
  readonly perPeriod = new Map<string, { readonly requests: number; readonly writes: number }>();
  readonly lost = new Set<string>();

  readonly count: ArrivalCounts['count'] = async (region: Region, { writes, periodMs }, { from, to }) => {
    if (this.lost.has(region)) throw new Error(`CloudWatch of ${region} does not answer`);
    const counted = this.perPeriod.get(region) ?? { requests: 0, writes: 0 };
    const periods: Counted[] = [];
    for (let at = from; at < to; at += periodMs) {
      periods.push({ at, requests: counted.requests, writes: writes === undefined ? null : counted.writes });
    }
    return periods;
  };
}
