import { peopleNeeded } from '../../core/consent.ts';
import type { CheckerOf } from './checker.ts';

/**
 * People as they act, not as the ledger counts them. What came of an act is told when the act is over, which a write may come before: so it
 * is judged at the end. Where silence is a yes nothing is judged.
 */
export const severalPeople: CheckerOf = ({ plan, violated }) => {
  const { approval } = plan.policy;
  const needed = approval?.required === true && approval.onDeadline === 'abort' ? peopleNeeded(approval) : 1;
  const approved = new Set<string>();
  let moved: string | null = null;
  return {
    see(seen) {
      if (seen.kind === 'act' && seen.act.act === 'approve' && !tooLate.has(seen.outcome)) {
        approved.add(seen.act.by ?? 'ops');
      }
      if (seen.kind === 'lever' && seen.by?.mode === 'automatic' && seen.by.step === 'shift') moved ??= seen.by.run;
    },
    end() {
      if (moved === null || approved.size >= needed || needed === 1) return;
      violated('several-people', `${moved} moved traffic, and ${approved.size} of ${needed} people approved`);
    },
  };
};

const tooLate: ReadonlySet<string> = new Set(['nothing-waits', 'nothing waits', 'too late']);
