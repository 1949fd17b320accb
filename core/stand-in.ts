import { fullWeight } from './plan.ts';

/**
 * What an edge makes of weights of which none is a share: the first standby serves everybody. In the order of the edge's regions. So it is
 * where the override of regions holds down the only region that had a share.
 */
export function withStandIn(weights: readonly number[]): readonly number[] {
  const standIn = weights.some((weight) => weight > 0) ? -1 : weights.indexOf(0);
  return standIn < 0 ? weights : weights.with(standIn, fullWeight);
}
