import type { Instant, Region } from './brand.ts';
import type { Weights } from './routing.ts';

/*
 * A shift drill: real traffic is moved for a while and then led back. The record knows of it from right before the first write until it is
 * over, so that whatever becomes of the run that began it, another one leads the traffic back, or people hear.
 */

/** What a run of mode `drill` is to do: begin a drill, or end the one of this incident. */
export type DrillOrder =
  | {
      readonly kind: 'out';
      readonly percent: number;
      readonly holdMs: number;
      /** The plan that asks for it; absent where a person does. */
      readonly plan?: string | undefined;
      /** The detection drill that has led to it. */
      readonly detects?: string | undefined;
    }
  | {
      readonly kind: 'return';
      readonly of: string;
      /** The outcome alarms that are red, in words: it ends early because it did harm. */
      readonly red?: string | undefined;
    };

/** Traffic that is away for practice. */
export interface Drill {
  /** The one that led the traffic away. */
  readonly incident: string;
  readonly from: Region;
  readonly to: Region;
  /** Of the traffic of `from`. */
  readonly percent: number;
  /** Before the drill: the way back leads exactly here. */
  readonly prior: Weights;
  /** What was written last. */
  readonly weights: Weights;
  readonly by: string;
  readonly reason: string;
  readonly startedAt: Instant;
  /** From the proof of the move to the return. */
  readonly holdMs: number;
  /** When it returns by itself. */
  readonly until: Instant;
  /** From the admission until the move was proven; null where it was not yet. */
  readonly outMs: number | null;
  /** When people heard that it has not returned. */
  readonly toldAt: Instant | null;
  /** The plan that asked for it; null or absent where a person did. */
  readonly plan?: string | null | undefined;
  /** The detection drill that has led to it; null or absent where none did. */
  readonly detects?: string | null | undefined;
}

export const drillResults = ['SUCCEEDED', 'FAILED', 'INTERRUPTED', 'SKIPPED'] as const;

/**
 * `SUCCEEDED`: moved, held and led back, each proven · `FAILED`: Understudy could not do it · `INTERRUPTED`: a real incident or a person
 * ended it before its time · `SKIPPED`: nothing was moved, for a reason that stands in `because`.
 */
export type DrillResult = (typeof drillResults)[number];

/** A drill that is over. */
export interface PastDrill {
  /** The one that led the traffic away; of a planned one that was not let in `plan@time`. */
  readonly incident: string;
  readonly result: DrillResult;
  readonly because: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** The incident that ended it; null where a hand did that is no run. */
  readonly endedBy: string | null;
  readonly outMs: number | null;
  readonly backMs: number | null;
  /** The one before it that moved traffic, to compare with; null where there was none. */
  readonly before: DrillTimes | null;
  /** The plan that asked for it; null or absent where a person did. */
  readonly plan?: string | null | undefined;
  /** The detection drill that led to it: `outMs` counts from its flag then. */
  readonly detects?: string | null | undefined;
}

/** A reason not to move that a drill has met: so it is known to refuse. */
export interface SeenGate {
  /** As a hold or a refusal names it. */
  readonly gate: string;
  /** The last time. */
  readonly at: Instant;
}

export interface DrillTimes {
  readonly incident: string;
  readonly outMs: number | null;
  readonly backMs: number | null;
}

export const drillHoldDefaultMs = 30 * 60_000;

/** The execution that holds has its other work to do in the eight hours that it may live. */
export const drillHoldMaxMs = 60 * 60_000;

export const isReturn = ({ drill }: { readonly drill?: DrillOrder | undefined }): boolean => drill?.kind === 'return';

export const isDrillOut = ({ drill }: { readonly drill?: DrillOrder | undefined }): boolean => drill?.kind === 'out';
