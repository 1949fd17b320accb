import type { RunId } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/** The names under which a run may end. */
const endStates: ReadonlySet<string | null> = new Set([
  'Recovered',
  'Rehearsed',
  'Held',
  'Refused',
  'Declined',
  'Unanswered',
  'RolledBack',
  'Unproven',
  'RollbackFailed',
  'Vetoed',
  'Fenced',
  'Failed',
  'NotConcluded',
]);

export const endsAndTells: CheckerOf = ({ violated }) => {
  const running = new Set<RunId>();
  const told = new Set<RunId>();
  /** Runs were under way when people took the record away: others may get the names under which those are told of once. */
  let isNameless = false;
  return {
    see(seen) {
      switch (seen.kind) {
        case 'started':
        case 'redriven':
          running.add(seen.run);
          break;
        case 'ledger':
          if (seen.by === null && running.size > 0) isNameless = true;
          break;
        case 'told':
        case 'not-told':
          if (seen.run !== null) told.add(seen.run);
          break;
        case 'paged':
        case 'noted':
          told.add(seen.run);
          break;
        case 'ended':
          running.delete(seen.run);
          // Whoever stopped it knows, and an alarm tells everybody else.
          if (seen.status === 'ABORTED') break;
          if (!endStates.has(seen.state))
            violated('ends-and-tells', `${seen.run} ended in ${seen.state} (${seen.status}, ${seen.error})`);
          if (!told.has(seen.run) && !isNameless)
            violated('ends-and-tells', `${seen.run} ended as ${seen.state} and tried to tell nobody`);
          break;
        default:
      }
    },
    end() {
      for (const run of running) violated('ends-and-tells', `${run} did not end`);
    },
  };
};
