import type { Weights } from '../../core/routing.ts';
import type { LeverState, RunId } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';

/** What a run has done for one of its incidents: one that leads a drill back is the second of its run. */
interface Done {
  readonly run: RunId;
  before: LeverState | null;
  after: LeverState | null;
  /** Regions for which a hook has prepared that did not say no, and those for which that was taken back. */
  readonly prepared: Set<string>;
  readonly undone: Set<string>;
}

/**
 * Hooks see the move as it is: none is called in a rehearsal that does not say it is safe there, `after` and `return` never for a region
 * that the run has not given traffic, `undo` never for one that it has; and what was prepared for nothing is taken back, or people hear of it.
 */
export const hooksFollow: CheckerOf = ({ violated }) => {
  /** By run and epoch. */
  const runs = new Map<string, Done>();
  const told = new Set<RunId>();
  const disturbed = new Set<RunId>();
  let current: Weights | null = null;
  const doneOf = (run: RunId, epoch: number | null): Done => {
    const key = `${run} ${epoch}`;
    const namesakes = [...runs].some(([of, other]) => of.endsWith(` ${epoch}`) && disturbed.has(other.run));
    // Where the record was taken away under a run, the next one may get its number, and finds in its name what the first has written since.
    if (!runs.has(key) && namesakes) disturbed.add(run);
    const known = runs.get(key) ?? { run, before: null, after: null, prepared: new Set(), undone: new Set() };
    runs.set(key, known);
    return known;
  };
  return {
    see(seen) {
      switch (seen.kind) {
        case 'lever': {
          current = seen.after.weights;
          for (const { run } of runs.values()) if (run !== seen.by?.run) disturbed.add(run);
          if (seen.by === null) break;
          const done = doneOf(seen.by.run, seen.by.epoch);
          done.before ??= seen.before;
          done.after = seen.after;
          break;
        }
        case 'ledger':
          // Whoever takes the record away takes with it what was prepared.
          if (seen.by === null) for (const { run } of runs.values()) disturbed.add(run);
          break;
        case 'hook': {
          const { when, to, mode } = seen.question;
          const { before, after, prepared, undone } = doneOf(seen.run, seen.question.epoch);
          if (when === 'readiness') break;
          if (mode === 'rehearsal') violated('hooks-follow', `${seen.run} called a hook (${when}) in a rehearsal`);
          if (when === 'prepare' && seen.says !== 'veto') prepared.add(to);
          if (when === 'undo') undone.add(to);
          if (disturbed.has(seen.run)) break;
          const has = current?.[to] ?? 0;
          if (when === 'undo' && after !== null && has > (before?.weights[to] ?? 0))
            violated('hooks-follow', `${seen.run} undid for ${to}, which it gave traffic`);
          if ((when === 'after' || when === 'return') && after !== null && has <= 0)
            violated('hooks-follow', `${seen.run} called ${when} for ${to}, which has none`);
          break;
        }
        case 'told':
        case 'not-told':
          if (seen.run !== null && seen.message.kind === 'notice') told.add(seen.run);
          break;
        case 'paged':
          told.add(seen.run);
          break;
        case 'ended': {
          if (seen.status === 'ABORTED' || told.has(seen.run) || disturbed.has(seen.run)) break;
          if (!endedWithout.has(seen.state)) break;
          for (const { run, prepared, undone, after } of runs.values()) {
            const left = [...prepared].filter((to) => !undone.has(to));
            if (run === seen.run && after === null && left.length > 0)
              violated('hooks-follow', `${run} ended as ${seen.state}, and what it prepared for ${left} is left`);
          }
          break;
        }
        default:
      }
    },
  };
};

/** Endings that leave traffic where it was. */
const endedWithout: ReadonlySet<string | null> = new Set(['RolledBack', 'Vetoed', 'Held', 'Declined', 'Unanswered']);
