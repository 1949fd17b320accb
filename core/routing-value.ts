import type { Weights } from './routing.ts';
import { isWeight, readStored } from './stored-value.ts';

/*
 * How routing stands in the KeyValueStore. How an edge reads it is in stored-value.ts and choose-region.ts.
 *
 *   g            {"v":1,"e":4,"x":{"us-east-1":-1}}
 *   s/<service>  {"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",0]]}
 *   s/<service>  {"v":1,"e":7,"w":[…],"s":{"us-east-1":1}}                which `g` does not lower in us-east-1
 *
 * What begins with h/ tells which service a request belongs to, and no move touches that: see deployment/edge-pages.ts.
 */

export { OVERRIDE_KEY } from './stored-value.ts';

export function serviceKey(service: string): string {
  return `s/${service}`;
}

/** A value holds at most 1 KB. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
export const VALUE_BYTES_MAX = 1024;

/** What a service key says; of the override key, the highest weight that each region may have. */
export interface RoutingValue {
  readonly kind: 'routing';
  readonly epoch: number;
  readonly weights: Weights;
  /** Regions that the override does not lower for the service; of a service key, and only where there are any. */
  readonly spared?: readonly string[] | undefined;
}

/** Not to be trusted, as a whole. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly because: string;
}

/** The text for a service key, or why the edge would not accept it. Never throws. */
export function encodeServiceValue({
  epoch,
  weights,
  spared = [],
}: Omit<RoutingValue, 'kind'>): EncodedValue | Malformed {
  const value = { v: 1, e: epoch, w: Object.entries(weights), ...(spared.length > 0 && { s: marks(spared) }) };
  return encode(value, decodeServiceValue);
}

/** The text for the override key, or why the edge would not accept it. Never throws. */
export function encodeOverride({ epoch, weights }: Omit<RoutingValue, 'kind'>): EncodedValue | Malformed {
  return encode({ v: 1, e: epoch, x: weights }, decodeOverride);
}

export interface EncodedValue {
  readonly kind: 'encoded';
  readonly text: string;
}

/**
 * What the text of a service key says. Takes anything, never throws. Stricter than the edge, which makes the best of a value
 * with a bad entry: whoever means to build on a value must understand all of it.
 */
export function decodeServiceValue(text: unknown): RoutingValue | Malformed {
  const { e, w, s = {} } = readStored(text);
  if (!Array.isArray(w)) return malformed('not a value of schema 1 with a list w');
  if (typeof s !== 'object' || s === null || Array.isArray(s)) return malformed('its s is no record');
  const spared = Object.keys(s).filter((name) => Boolean(s[name]));
  const value = routing(e, w);
  return value.kind === 'malformed' || spared.length === 0 ? value : { ...value, spared };
}

/** What the text of the override key says. Takes anything, never throws; as strict. */
export function decodeOverride(text: unknown): RoutingValue | Malformed {
  const { e, x } = readStored(text);
  if (typeof x !== 'object' || x === null || Array.isArray(x)) {
    return malformed('not a value of schema 1 with a record x');
  }
  return routing(e, Object.entries(x));
}

function routing(epoch: number, entries: readonly unknown[]): RoutingValue | Malformed {
  const weights = new Map<string, number>();
  for (const entry of entries) {
    const [name, weight] = Array.isArray(entry) ? entry : [];
    if (typeof name !== 'string' || name === '') return malformed(`${JSON.stringify(entry)} names no region`);
    if (weights.has(name)) return malformed(`${name} is named twice`);
    if (!isWeight(weight)) return malformed(`the weight of ${name} is no 32-bit integer`);
    weights.set(name, weight);
  }
  // Beyond 2^53 different epochs are parsed to the same number, and a comparison would prove nothing.
  if (!Number.isSafeInteger(epoch)) return malformed('its epoch is too large to compare');
  return { kind: 'routing', epoch, weights: Object.fromEntries(weights) };
}

const marks = (regions: readonly string[]) => Object.fromEntries(regions.map((region) => [region, 1]));

function malformed(because: string): Malformed {
  return { kind: 'malformed', because };
}

function encode(value: object, decode: (text: string) => RoutingValue | Malformed): EncodedValue | Malformed {
  const text = JSON.stringify(value);
  const readBack = decode(text);
  if (readBack.kind === 'malformed') return readBack;
  if (byteLength(text) > VALUE_BYTES_MAX) return malformed(`longer than ${VALUE_BYTES_MAX} bytes`);
  return { kind: 'encoded', text };
}

/** In UTF-8, counted without an encoder: core knows no platform. */
function byteLength(text: string): number {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/%../g, '.').length;
}
