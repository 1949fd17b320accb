import type { Instant } from '../../core/brand.ts';
import { sameWeights, type Weights } from '../../core/routing.ts';
import { isFault } from '../plan.ts';
import type { RunId } from '../world/happening.ts';
import type { CheckerOf } from './checker.ts';
import { underWayMs } from './sights.ts';

export const restoresOrPages: CheckerOf = ({ plan, world, violated }) => {
  /** Of the incident that a run works on: one that leads a drill back is the second of its run. */
  const before = new Map<RunId, { readonly epoch: number | null; readonly weights: Weights }>();
  const disturbed = new Set<RunId>();
  const told = new Set<RunId>();
  /** From when on the last write of each hand can be read. */
  const readableFrom = new Map<RunId | null, Instant>();
  // A lever without epochs may take what was under way for long: the residual window of ARC.
  const residual =
    plan.lever === 'arc' && plan.items.some((item) => isFault(item) && item.fault.fault === 'request-late');
  return {
    see(seen) {
      switch (seen.kind) {
        case 'lever': {
          const run = seen.by?.run;
          for (const other of before.keys()) if (other !== run) disturbed.add(other);
          const epoch = seen.by?.epoch ?? null;
          if (run !== undefined && seen.by?.step === 'shift' && before.get(run)?.epoch !== epoch) {
            before.set(run, { epoch, weights: seen.before.weights });
            disturbed.delete(run);
            // What was there is what could be read at the look before: a beacon's datum can be a while after it was put.
            for (const [other, from] of readableFrom)
              if (other !== run && from > seen.sentAt - underWayMs) disturbed.add(run);
          }
          readableFrom.set(run ?? null, Math.max(seen.readableFrom, readableFrom.get(run ?? null) ?? 0));
          break;
        }
        case 'told':
        case 'not-told':
          if (seen.run !== null && seen.message.severity === 'critical') told.add(seen.run);
          break;
        case 'paged':
          told.add(seen.run);
          break;
        case 'ended': {
          const prior = before.get(seen.run)?.weights;
          if (prior === undefined || disturbed.has(seen.run) || residual) return;
          const { weights } = world.leverState();
          if (seen.state === 'RolledBack' && !sameWeights(weights, prior)) {
            violated('restores-or-pages', `${seen.run} ended as rolled back and left ${JSON.stringify(weights)}`);
          }
          if (seen.state === 'RollbackFailed' && !told.has(seen.run)) {
            violated('restores-or-pages', `${seen.run} could not roll back and told nobody`);
          }
          break;
        }
        default:
      }
    },
  };
};
