import type { Outage } from './files.ts';
import type { Happened } from './happened.ts';

type MoveMade = Extract<Happened, { kind: 'move' }>;

/** How what would have been done compares with what was the matter. */
export interface Score {
  readonly hits: readonly { readonly outage: Outage; readonly move: MoveMade; readonly timeToDetectMs: number }[];
  /** Outages without a move, and why there was none. */
  readonly misses: readonly { readonly outage: Outage; readonly reasons: readonly string[] }[];
  /** Moves away from a region that was not out of order. */
  readonly falseMoves: readonly MoveMade[];
}

/** `outages` and `happened` are of one service. A move counts for an outage of the region that it leaves, while that lasts. */
export function scoreOf(happened: readonly Happened[], outages: readonly Outage[]): Score {
  const moves = happened.filter((one) => one.kind === 'move');
  const during = ({ region, from, to }: Outage, move: MoveMade) =>
    move.from === region && move.at >= from && move.at <= to;
  const hits: Score['hits'][number][] = [];
  const misses: Score['misses'][number][] = [];
  for (const outage of outages) {
    const move = moves.find((candidate) => during(outage, candidate));
    if (move === undefined) misses.push({ outage, reasons: reasonsDuring(happened, outage) });
    else hits.push({ outage, move, timeToDetectMs: move.at - outage.from });
  }
  return { hits, misses, falseMoves: moves.filter((move) => !outages.some((outage) => during(outage, move))) };
}

function reasonsDuring(happened: readonly Happened[], { from, to }: Outage): string[] {
  const held = happened.filter((one) => one.kind === 'hold' && one.at <= to && one.until >= from);
  return [...new Set(held.flatMap((one) => (one.kind === 'hold' ? [one.reason] : [])))];
}
