import { lasting } from '../../core/lasting.ts';
import { lastPractice, pastRuns } from '../../core/past-runs.ts';
import { reaching } from '../unreachable.ts';
import type { Check, Finding } from './finding.ts';

/** A quarter: what nobody has done for longer, nobody can do at night. */
const practiceMaxAgeMs = 92 * 24 * 3_600_000;

/** When a move of each service was practised last. */
export const practice: Check = async ({ failover, ledger, now }) => {
  const found = failover.services.map(async ({ name }): Promise<readonly Finding[]> => {
    const entries = await reaching('the ledger could not be read', () => ledger.entries(name));
    const last = lastPractice(pastRuns(entries));
    const ageMs = last === null ? null : now() - last.at;
    if (ageMs !== null && ageMs <= practiceMaxAgeMs) return [];
    return [
      {
        check: 'practice',
        about: name,
        what: ageMs === null ? 'no move was ever practised' : `a move was practised last ${lasting(ageMs)} ago`,
        why: 'a way that nobody has gone is not known to lead anywhere',
        command: `understudy rehearse ${name}`,
      },
    ];
  });
  return (await Promise.all(found)).flat();
};
