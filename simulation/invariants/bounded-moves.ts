import type { Instant } from '../../core/brand.ts';
import type { CheckerOf } from './checker.ts';

/**
 * A run that cannot write how it ended, or is stopped before it can, cannot disarm automation either. It pages; and when its
 * lease has run out, the next one may finish what it began.
 */
export const boundedMoves: CheckerOf = ({ violated }) => {
  let moved = new Set<string>();
  let paged = 0;
  let pausedUntil: Instant | null = null;
  return {
    see(seen) {
      // The alarm of runs that were stopped pages as well.
      if (seen.kind === 'paged' || (seen.kind === 'ended' && seen.status === 'ABORTED')) paged++;
      // A person has looked at the last move.
      if (seen.kind === 'ledger' && seen.before?.armed === false && seen.after.armed) moved = new Set();
      if (seen.kind === 'ledger') pausedUntil = seen.after.paused?.until ?? pausedUntil;
      // A pause that ends, as a person said it would, lets automation move again.
      if (pausedUntil !== null && seen.at >= pausedUntil) {
        moved = new Set();
        pausedUntil = null;
      }
      // Whoever deletes the record, or restores the table, deletes with it that somebody has to acknowledge something.
      if (seen.kind === 'ledger' && seen.by === null) moved = new Set();
      if (seen.kind !== 'lever' || seen.by?.mode !== 'automatic' || seen.by.step !== 'shift') return;
      moved.add(seen.by.run);
      if (moved.size > 1 + paged)
        violated('bounded-moves', `automation moved ${moved.size} times and nobody had acknowledged the first`);
    },
  };
};
