import type { Instant } from '../../core/brand.ts';
import type { CheckerOf } from './checker.ts';

/** By the time a write is sent, whoever reads the table can tell in whose name it is and on what evidence. */
export const onRecordBeforeWrite: CheckerOf = ({ world, violated }) => {
  /** Since when. */
  const admitted = new Map<string, Instant>();
  const decided = new Map<string, Instant>();
  return {
    see(seen) {
      if (seen.kind === 'recorded') {
        const { incident, what } = seen.entry;
        if (incident === null) return;
        const of = what.kind === 'admitted' ? admitted : what.kind === 'decided' ? decided : null;
        const counts = what.kind !== 'decided' || what.verdict.kind === 'move';
        if (of !== null && counts && !of.has(incident)) of.set(incident, seen.at);
      }
      if (seen.kind !== 'lever' || seen.by === null || seen.by.epoch === null) return;
      const incident = `${world.service.name}#${seen.by.epoch}`;
      for (const [what, of] of Object.entries({ admission: admitted, verdict: decided })) {
        if ((of.get(incident) ?? Number.POSITIVE_INFINITY) > seen.sentAt)
          violated('on-record-before-write', `${seen.by.step} of ${incident} wrote, and its ${what} was not on record`);
      }
    },
  };
};
