import type { Instant, Region } from './brand.ts';

/** What a probe was aimed at. `request` is `write` where it sends the service's write probe, and left out where it reads. */
export type Target =
  | { readonly kind: 'regional'; readonly region: Region; readonly request?: 'write' | undefined }
  | { readonly kind: 'front-door'; readonly request?: 'write' | undefined }
  /** What the edge that answers at the front door believes of the routing; no region is asked. */
  | { readonly kind: 'edge' }
  | { readonly kind: 'control' };

/** One probe's result, as one observer saw it. An observer that said nothing has no observation: silence is not evidence. */
export interface Observation {
  readonly observer: Region;
  readonly target: Target;
  /** When the probe was sent. */
  readonly at: Instant;
  readonly latencyMs: number;
  readonly outcome: Outcome;
}

export type Outcome =
  /** `belief` only of an edge; `servedBy` is then the region to which it sends the writes of this observer. */
  | { readonly kind: 'good'; readonly servedBy: Region | null; readonly belief?: Belief | undefined }
  | { readonly kind: 'bad'; readonly because: BadReason; readonly detail: string };

/** Why no answer came. */
const noAnswers = ['refused', 'timeout', 'dns', 'tls', 'reset'] as const;

/** `drill`: the answer was good, and a signed flag bids our observers call it bad. */
export const badReasons = [...noAnswers, 'status', 'content-type', 'body', 'wrong-region', 'slow', 'drill'] as const;

export type NoAnswer = (typeof noAnswers)[number];

export type BadReason = (typeof badReasons)[number];

/** As against a wrong answer. */
export function isNoAnswer(reason: BadReason): reason is NoAnswer {
  return noAnswers.some((none) => none === reason);
}

/** What an edge says of what it has read from the store. */
export interface Belief {
  /** Epochs of the values that it has: the override's and the service's; 0 where it has none. */
  readonly override: number;
  readonly routing: number;
  /** Effective weights, in the order of the service's regions. */
  readonly weights: readonly number[];
}

/** What came back from a probe, before anyone judged it. */
export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly latencyMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly because: NoAnswer;
      readonly detail: string;
      readonly latencyMs: number;
    };

export function sameTarget(a: Target, b: Target): boolean {
  if (a.kind !== b.kind || isWrite(a) !== isWrite(b)) return false;
  return a.kind !== 'regional' || (b.kind === 'regional' && a.region === b.region);
}

export const isWrite = (target: Target): boolean => 'request' in target && target.request === 'write';

/** What a target is asked to do. */
export type RequestKind = 'read' | 'write';

export const requestKinds = ['read', 'write'] as const satisfies readonly RequestKind[];

export const requestKindOf = (target: Target): RequestKind => (isWrite(target) ? 'write' : 'read');

/** The same region or front door, asked to write; null where nothing is written. */
export function writesOf(target: Target): Target | null {
  return target.kind === 'regional' || target.kind === 'front-door' ? { ...target, request: 'write' } : null;
}

/** `us-east-1`, `front door`, `us-east-1 (write)`, `edge`, `control`: how a target is written for people. */
export function targetName(target: Target): string {
  const name = target.kind === 'regional' ? target.region : target.kind === 'front-door' ? 'front door' : target.kind;
  return isWrite(target) ? `${name} (write)` : name;
}
