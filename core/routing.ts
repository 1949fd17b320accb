import type { Epoch, Region } from './brand.ts';

/**
 * Who serves, as shares. A weight above 0 is an active share; 0 is a standby, used only when a read fails over;
 * below 0 is fenced, never used at all.
 */
export type Weights = Readonly<Record<string, number>>;

/** What a lever says when it is read. */
export interface Routing {
  /** The epoch of the last write, where the lever can hold one. */
  readonly epoch: Epoch | null;
  readonly weights: Weights;
  /** Regions that the override of regions holds below what this service's own value says; absent where it holds none. */
  readonly overridden?: readonly Region[] | undefined;
  /** Those of them that the service's own value gives a share: opened, they have it again. */
  readonly displaced?: readonly Region[] | undefined;
  /** Regions that the override of regions names and that are spared for this service; absent where there are none. */
  readonly spared?: readonly Region[] | undefined;
}

/** The region with the greatest positive weight; the first of equals. None where nobody serves. */
export const activeRegion = (weights: Weights): Region | null => servingRegions(weights)[0] ?? null;

/** Every region with a share, the greatest first; of equals the first. Empty where nobody serves. */
export function servingRegions(weights: Weights): Region[] {
  return Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name]) => name as Region);
}

/** The regions with the greatest share: several where they share alike. Empty where nobody serves. */
export function leadingRegions(weights: Weights): Region[] {
  const serving = servingRegions(weights);
  return serving.filter((name) => weights[name] === weights[serving[0] ?? '']);
}

/** Two routings that send every viewer to the same place. */
export function sameWeights(a: Weights, b: Weights): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}

/** `us-east-1 0, us-west-2 1000`: as a lever has it. */
export function weightsText(weights: Weights): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ');
}

/** The part of all traffic that a region has, from 0 to 1; 0 for a standby and for a fenced one. */
export function shareOf(weights: Weights, region: string): number {
  const total = Object.values(weights).reduce((sum, weight) => sum + Math.max(0, weight), 0);
  return total === 0 ? 0 : Math.max(0, weights[region] ?? 0) / total;
}

/** `us-east-1 0 %, us-west-2 100 %`: as callers meet it. */
export function sharesText(weights: Weights): string {
  return Object.entries(weights)
    .map(([name, weight]) => `${name} ${weight < 0 ? 'fenced' : `${Math.round(shareOf(weights, name) * 100)} %`}`)
    .join(', ');
}
