import type { Epoch, Region } from './brand.ts';
import type { Ending } from './incident.ts';
import type { LeverTraits } from './lever.ts';
import type { Detection } from './record.ts';
import { servingRegions, type Weights } from './routing.ts';
import { homeRegion, type Ramp, regionNames, type Service } from './service.ts';

/** What a move will do, completely: nothing is decided after this. */
export interface Plan {
  readonly from: Region;
  readonly to: Region;
  /** What the lever said when this was decided; the way back leads exactly here. */
  readonly prior: { readonly epoch: Epoch | null; readonly weights: Weights };
  readonly steps: readonly PlanStep[];
  /** Whether a quorum saw the source bad, or browned out, when this was decided: nobody is led back there unseen. */
  readonly flees?: boolean | undefined;
  /** The detection drill that feigned the source's illness. */
  readonly detects?: Omit<Detection, 'region'> | undefined;
  /** Names of the hooks that run before the first write. */
  readonly prepare: readonly string[];
}

export interface PlanStep {
  /** Share of the source's traffic that the target has after this step. */
  readonly percent: number;
  readonly weights: Weights;
  /** How long to watch before the next step. */
  readonly bakeMs: number;
}

/** All at once: for leaving a region that does not serve its callers. A ramp would keep them there on purpose. */
export const atOnce: Ramp = { percents: [100], bakeMs: 0 };

/** Weights add up to this on a lever that has them: a tenth of a percent is the finest step. */
export const fullWeight = 1000;

/** Where a service is when nothing is wrong: all of it at home, the others standing by. */
export function homeWeights(service: Service): Weights {
  return weightsAt(service, homeRegion(service));
}

/** All of it in one region. */
export function weightsAt(service: Service, region: Region): Weights {
  return Object.fromEntries(regionNames(service).map((name) => [name, name === region ? fullWeight : 0]));
}

/**
 * The source's share moves to the target, step by step; what other regions carry stays. A lever without weights knows
 * only all or nothing.
 */
export function planSteps(
  prior: Weights,
  from: Region,
  to: Region,
  ramp: Ramp,
  lever: Pick<LeverTraits, 'weights'>,
): PlanStep[] {
  const percents = lever.weights ? ramp.percents : [100];
  const moving = Math.max(0, prior[from] ?? 0) || fullWeight;
  const already = Math.max(0, prior[to] ?? 0);
  return percents.map((percent, index) => {
    const moved = lever.weights ? Math.round((moving * percent) / 100) : moving;
    return {
      percent,
      // A fence stays where it is: only a share moves.
      weights: { ...prior, ...((prior[from] ?? 0) < 0 ? {} : { [from]: moving - moved }), [to]: already + moved },
      bakeMs: index === percents.length - 1 ? 0 : ramp.bakeMs,
    };
  });
}

/** Who may have a share after a run with this plan: exactly, where its ending says so, else everybody who had one on the way. */
export function servingAfter({ prior, steps }: Plan, ending: Ending): readonly Region[] {
  const last = steps.at(-1)?.weights ?? prior.weights;
  if (ending === 'recovered') return servingRegions(last);
  if (isUntouched.has(ending)) return servingRegions(prior.weights);
  return servingRegions(
    Object.assign({}, last, ...[prior.weights, ...steps.map(({ weights }) => weights)].map(shares)),
  );
}

const shares = (weights: Weights): Weights => Object.fromEntries(Object.entries(weights).filter(([, w]) => w > 0));

const isUntouched: ReadonlySet<Ending> = new Set(['rolled-back', 'vetoed', 'declined', 'rehearsed', 'shadowed']);
