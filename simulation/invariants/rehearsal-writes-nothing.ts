import type { CheckerOf } from './checker.ts';

export const rehearsalWritesNothing: CheckerOf = ({ violated }) => ({
  see(seen) {
    if (seen.kind === 'lever' && seen.by?.mode === 'rehearsal') {
      violated(
        'rehearsal-writes-nothing',
        `${seen.by.run} is a rehearsal and wrote ${JSON.stringify(seen.after.weights)}`,
      );
    }
  },
});
