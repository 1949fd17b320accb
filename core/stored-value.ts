import type { Weights } from './routing.ts';

/*
 * Reads what stands in the KeyValueStore, as every edge does. Part of the CloudFront Function, so it keeps to what its engine
 * runs (ES5 statements, no spread, no destructuring, no closures) and makes no object that it can do without: the engine pays
 * for each at every request. Everybody else uses routing-value.ts.
 */

/** The key of the region override, which holds for every service: leaving a region is one write. */
export const OVERRIDE_KEY = 'g';

/** A value as it is stored, its members not yet looked at. */
export interface StoredValue {
  /** The epoch of the write; 0 where the text was not a value of schema 1, which then has no other member. */
  readonly e: number;
  /** A service's weights. */
  readonly w?: readonly (readonly [region: string, weight: number])[];
  /** A service's: regions that the override does not lower for it, each with a 1. */
  readonly s?: Readonly<Record<string, unknown>>;
  /** The override's: the highest weight that a region may have. */
  readonly x?: Weights;
}

/** Takes anything, never throws. JSON allows white space around a value, so a newline from a hand-made write does no harm. */
export function readStored(text: unknown): StoredValue {
  try {
    const value = JSON.parse(text as string);
    if (value.v === 1 && value.e >= 0 && value.e % 1 === 0 && typeof value.e === 'number') return value;
  } catch {
    // Not JSON, or null: it says nothing, like a value of a newer schema.
  }
  return { e: 0 };
}

/** Weights are 32-bit integers; shares are usually written per mille. `| 0` changes every other number, and fails on some objects. */
export function isWeight(value: unknown): value is number {
  return typeof value === 'number' && value === (value | 0);
}
