import type { CheckerOf } from './checker.ts';

export const boundedMoves: CheckerOf = ({ violated }) => {
  let moved = new Set<string>();
  return {
    see(seen) {
      // A person has looked at the last move.
      if (seen.kind === 'ledger' && seen.before?.armed === false && seen.after.armed) moved = new Set();
      if (seen.kind !== 'lever' || seen.by?.mode !== 'automatic' || seen.by.step !== 'shift') return;
      moved.add(seen.by.run);
      if (moved.size > 1) violated('bounded-moves', `automation moved ${moved.size} times and nobody had acknowledged the first`);
    },
  };
};
