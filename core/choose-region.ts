import type { StoredValue } from './stored-value.ts';

/*
 * Which region serves a viewer. Part of the CloudFront Function: see stored-value.ts for what that forbids.
 */

/**
 * The weight of each of `regions`: what the service's value says, lowered where the override says less and the value does not spare
 * the region, never raised.
 * A region that neither names is a standby: it gets no viewers, and nobody has fenced it. Where a region is named twice, the
 * lower weight holds. An entry that is no weight counts as not written, and only that one: a fence must not fall for its
 * neighbour's fault.
 */
export function effectiveWeights(regions: readonly string[], service: StoredValue, override: StoredValue): number[] {
  const weights: number[] = [];
  const entries: NonNullable<StoredValue['w']> = Array.isArray(service.w) ? service.w : [];
  const limits = override.x;
  const spared = service.s;
  for (let i = 0; i < regions.length; i++) {
    const region = regions[i] as string;
    // Above every weight.
    let weight = Infinity;
    for (let j = 0; j < entries.length; j++) {
      const entry = entries[j];
      // This is isWeight; the engine takes ten times as long for a call.
      if (
        entry &&
        entry[0] === region &&
        typeof entry[1] === 'number' &&
        entry[1] < weight &&
        entry[1] === (entry[1] | 0)
      ) {
        weight = entry[1];
      }
    }
    if (weight === Infinity) weight = 0;
    const limit = limits && (limits[region] as number);
    weights[i] =
      typeof limit === 'number' && limit < weight && limit === (limit | 0) && !(spared && (spared[region] as unknown))
        ? limit
        : weight;
  }
  return weights;
}

/**
 * The positions in `regions` of those that may serve `viewer`, the best first: regions with a share, by weighted rendezvous,
 * then the standbys in the order of `regions`. The first one serves; the second is where a read may go when that fails.
 * Fenced regions are not among them. `regions` begins with the default region, so that leads where nobody has a share.
 */
export function rankRegions(regions: readonly string[], weights: readonly number[], viewer: string): number[] {
  const ranked: number[] = [];
  for (let i = 0; i < regions.length; i++) {
    if ((weights[i] as number) < 0) continue;
    let place = ranked.length;
    while (place > 0 && goesBefore(regions, weights, viewer, i, ranked[place - 1] as number)) {
      ranked[place] = ranked[place - 1] as number;
      place--;
    }
    ranked[place] = i;
  }
  return ranked;
}

function goesBefore(
  regions: readonly string[],
  weights: readonly number[],
  viewer: string,
  a: number,
  b: number,
): boolean {
  const weightA = weights[a] as number;
  const weightB = weights[b] as number;
  if (weightA <= 0 || weightB <= 0) return weightA > weightB;
  return cost(viewer, regions[a] as string, weightA) < cost(viewer, regions[b] as string, weightB);
}

/**
 * -ln(u) / weight, with u drawn for this viewer and region alone: the smallest wins, which gives each region its share. The
 * cost of a region falls as its weight grows and no other changes, so raising a weight can only bring viewers to it.
 */
function cost(viewer: string, region: string, weight: number): number {
  return -Math.log((hash(`${viewer}|${region}`) + 0.5) / 4294967296) / weight;
}

/** FNV-1a, then the finaliser of MurmurHash3: without it the draws for two regions depend on each other. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
