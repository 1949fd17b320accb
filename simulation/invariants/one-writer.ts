import { isFault } from '../plan.ts';
import type { RunId } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/** Whoever was let in to look or to rehearse writes nothing, and other invariants see to that: its lease keeps nobody out. */
export const oneWriter: CheckerOf = ({ plan, violated }) => {
  // Leases are compared with the clock of whoever asks.
  const skewMs = Math.max(
    0,
    ...plan.items.map((item) => (isFault(item) && item.fault.fault === 'control-skew' ? Math.abs(item.fault.by) : 0)),
  );
  const over = new Set<RunId>();
  return {
    see(seen) {
      if (seen.kind === 'ended') over.add(seen.run);
      if (seen.kind === 'redriven') over.delete(seen.run);
      // Records are lost and restored by people alone.
      if (seen.kind !== 'ledger' || seen.by === null) return;
      const { before, after } = seen;
      if (before === null || after.lease === null) return;
      if (after.epoch < before.epoch)
        violated('one-writer', `the ledger went from epoch ${before.epoch} to ${after.epoch}`);
      const { lease } = before;
      if (lease === null || lease.holder === after.lease.holder) return;
      if (after.epoch <= before.epoch)
        violated('one-writer', `${after.lease.holder} took the lease without a new epoch`);
      if (lease.purpose === 'move' && lease.expiresAt > seen.at + 2 * skewMs && !over.has(lease.holder)) {
        violated(
          'one-writer',
          `${after.lease.holder} took a lease that ${lease.holder} had for ${lease.expiresAt - seen.at} ms more`,
        );
      }
    },
  };
};
