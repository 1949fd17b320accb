import type { CheckerOf } from './checker.ts';

export const epochsGrow: CheckerOf = ({ violated }) => {
  const runOf = new Map<number, string>();
  return {
    see(seen) {
      // Whoever restores the table under a run gives its epoch away once more, where the lever cannot show it yet.
      if (seen.kind === 'ledger' && seen.by === null) runOf.clear();
      if (seen.kind !== 'lever' || seen.by === null || seen.after.epoch === null || seen.under === null) return;
      const { run } = seen.by;
      const epoch = seen.under;
      if (seen.after.epoch < (seen.before.epoch ?? 0))
        violated('epochs-grow', `the lever went from epoch ${seen.before.epoch} to ${seen.after.epoch}`);
      const other = runOf.get(epoch);
      if (other !== undefined && other !== run)
        violated('epochs-grow', `${other} and ${run} both wrote under epoch ${epoch}`);
      runOf.set(epoch, run);
    },
  };
};

/**
 * By the writer's own epoch, so that it holds for a lever without epochs too. What such a lever was sent before the newer run
 * was admitted may still arrive: that is the residual window of ARC, told in docs/safety.md.
 */
export const olderEpochChangesNothing: CheckerOf = ({ plan, violated }) => {
  let newest = { written: 0, acquired: 0, acquiredAt: Number.NEGATIVE_INFINITY };
  return {
    see(seen) {
      if (seen.kind === 'ledger' && seen.by === null)
        newest = { written: 0, acquired: 0, acquiredAt: Number.NEGATIVE_INFINITY };
      if (seen.kind === 'ledger' && seen.after.epoch > newest.acquired) {
        newest = { ...newest, acquired: seen.after.epoch, acquiredAt: seen.at };
      }
      if (seen.kind !== 'lever' || seen.by?.epoch == null) return;
      const { epoch, run } = seen.by;
      const residual = plan.lever === 'arc' && seen.sentAt <= newest.acquiredAt;
      if (epoch < newest.written && !residual) {
        violated('older-epoch-changes-nothing', `${run} of epoch ${epoch} wrote after epoch ${newest.written} had`);
      }
      newest = { ...newest, written: Math.max(newest.written, epoch) };
    },
  };
};
