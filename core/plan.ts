import type { Epoch, Region } from './brand.ts';
import type { Weights } from './routing.ts';
import { homeRegion, type Ramp, regionNames, type Service } from './service.ts';

/** What a move will do, completely: nothing is decided after this. */
export interface Plan {
  readonly from: Region;
  readonly to: Region;
  /** What the lever said when this was decided; the way back leads exactly here. */
  readonly prior: { readonly epoch: Epoch | null; readonly weights: Weights };
  readonly steps: readonly PlanStep[];
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

/** What kind of step a lever can do at all. */
export interface LeverTraits {
  /** Whether it takes shares; where not, a region has all of the traffic or none. */
  readonly weights: boolean;
  /** Whether the lever itself refuses an older epoch; where not, the ledger's lease is the only fence. */
  readonly compareAndSet: boolean;
}

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
      weights: { ...prior, [from]: moving - moved, [to]: already + moved },
      bakeMs: index === percents.length - 1 ? 0 : ramp.bakeMs,
    };
  });
}
