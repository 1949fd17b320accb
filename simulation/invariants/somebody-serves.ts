import type { CheckerOf } from './checker.ts';

export const somebodyServes: CheckerOf = ({ violated }) => ({
  see(seen) {
    if (seen.kind !== 'lever' || seen.by === null) return;
    if (Object.values(seen.after.weights).some((weight) => weight > 0)) return;
    violated('somebody-serves', `${seen.by.run} left ${JSON.stringify(seen.after.weights)}`);
  },
});
