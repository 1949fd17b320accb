import type { Weights } from './routing.ts';

/*
 * How routing stands in the KeyValueStore. The same text is written by the lever and read at every edge, so both ends use
 * this file. It is bundled into the CloudFront Function: ES5 statements, no spread, no destructuring, no Map, no closures.
 *
 *   g            {"v":1,"e":4,"x":{"us-east-1":-1}}
 *   s/<service>  {"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",0]]}
 */

/** The key of the region override, which holds for every service: leaving a region is one write. */
export const OVERRIDE_KEY = 'g';

/** A value holds at most 1 KB. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const VALUE_BYTES_MAX = 1024;

/** Weights are integers from -WEIGHT_MAX to WEIGHT_MAX. Shares are usually written per mille. */
export const WEIGHT_MAX = 1e6;

/** What a service key, or the override key, says. */
export interface RoutingValue {
  readonly kind: 'read';
  readonly epoch: number;
  readonly weights: Weights;
}

/** A value that cannot be trusted, as a whole: half of a routing may be worse than none. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly because: string;
}

export interface EncodedValue {
  readonly kind: 'encoded';
  readonly text: string;
}

export function serviceKey(service: string): string {
  return `s/${service}`;
}

/** The value of a service key. Entries keep the order of `weights`; readers do not depend on it. */
export function encodeServiceValue(routing: { epoch: number; weights: Weights }): EncodedValue | Malformed {
  return encode({ v: 1, e: routing.epoch, w: Object.entries(routing.weights) }, decodeServiceValue);
}

/** The value of the override key; `weights` holds the highest weight that each named region may have. */
export function encodeOverride(override: { epoch: number; weights: Weights }): EncodedValue | Malformed {
  return encode({ v: 1, e: override.epoch, x: override.weights }, decodeOverride);
}

/** Reads the value of a service key. Takes anything, never throws. */
export function decodeServiceValue(text: unknown): RoutingValue | Malformed {
  const value = parse(text);
  if (value === null || !Array.isArray(value.w)) return malformed('no schema 1 value with w');

  const weights: Record<string, number> = {};
  for (let i = 0; i < value.w.length; i++) {
    const entry = value.w[i];
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !isWeight(entry[1])) return malformed(`entry ${i}`);
    if (weights[entry[0]] !== undefined) return malformed(`${entry[0]} twice`);
    weights[entry[0]] = entry[1];
  }
  return { kind: 'read', epoch: value.e, weights };
}

/** Reads the value of the override key. Takes anything, never throws. */
export function decodeOverride(text: unknown): RoutingValue | Malformed {
  const value = parse(text);
  if (value === null || typeof value.x !== 'object' || value.x === null) return malformed('no schema 1 value with x');

  for (const name in value.x) {
    if (!isWeight(value.x[name])) return malformed(`entry ${name}`);
  }
  return { kind: 'read', epoch: value.e, weights: value.x };
}
