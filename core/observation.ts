import type { Instant, Region } from './brand.ts';

/** What a probe was aimed at. */
export type Target =
  | { readonly kind: 'regional'; readonly region: Region }
  | { readonly kind: 'front-door' }
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
  | { readonly kind: 'good'; readonly servedBy: Region | null }
  | { readonly kind: 'bad'; readonly because: BadReason; readonly detail: string };

/** Why no answer came. */
const noAnswers = ['refused', 'timeout', 'dns', 'tls', 'reset'] as const;

export const badReasons = [...noAnswers, 'status', 'content-type', 'body', 'wrong-region', 'slow'] as const;

export type NoAnswer = (typeof noAnswers)[number];

export type BadReason = (typeof badReasons)[number];

/** As against a wrong answer. */
export function isNoAnswer(reason: BadReason): reason is NoAnswer {
  return noAnswers.some((none) => none === reason);
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
  return a.kind === b.kind && (a.kind !== 'regional' || (b.kind === 'regional' && a.region === b.region));
}

/** `us-east-1`, `front door`, `control`: how a target is written for people. */
export function targetName(target: Target): string {
  return target.kind === 'regional' ? target.region : target.kind === 'front-door' ? 'front door' : 'control';
}
