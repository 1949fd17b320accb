import type { Instant, Region } from './brand.ts';

/** `leave` takes every service out of a region; `return` brings back those that left it so. */
export const evacuationDirections = ['leave', 'return'] as const;

export type EvacuationDirection = (typeof evacuationDirections)[number];

/** Every service of a region on its way out, or back: one machine works through it, wherever whoever started it has gone. */
export interface Evacuation {
  /** The name of its execution. */
  readonly id: string;
  readonly direction: EvacuationDirection;
  readonly region: Region;
  readonly by: string;
  readonly reason: string;
  /** The execution that works through it. */
  readonly holder: string;
  readonly startedAt: Instant;
  /** Who said that no further service shall begin; null where nobody did. */
  readonly abortedBy: string | null;
  readonly endedAt: Instant | null;
  /** Services that were led out of the region and not back yet. */
  readonly left: readonly string[];
  /** As whoever asked for it said; records of before have neither. */
  readonly force?: boolean | undefined;
  readonly atOnce?: number | undefined;
  /** When its machine was last heard of, to about ten seconds. */
  readonly seenAt?: Instant | undefined;
  readonly progress?: EvacuationProgress | undefined;
}

/** How far it is, beside `left`. */
export interface EvacuationProgress {
  /** Services that it is about. */
  readonly of: number;
  /** Names of those that cannot leave, or go back; at most a hundred. */
  readonly stays: readonly string[];
  /** The turn that is under way, from 1 on: a tier on the way out, a few services on the way back. */
  readonly turn: number;
  readonly turns: number;
}

/** A step of its machine takes two minutes at most, and says at its beginning that it is there. */
export const silentMs = 3 * 60_000;

/** Whether its machine has not been heard of for longer than a step takes. Records of before do not say. */
export const isSilent = ({ seenAt }: Evacuation, now: Instant): boolean =>
  seenAt !== undefined && now - seenAt >= silentMs;

export type EvacuationCommand =
  | ({
      readonly kind: 'begin-evacuation';
      /** A holder whose execution was asked about, and runs no more. */
      readonly over?: string | null | undefined;
      /** It goes on with the one of this id, whose control region is lost. */
      readonly continues?: boolean | undefined;
    } & Pick<Evacuation, 'id' | 'direction' | 'region' | 'by' | 'reason' | 'holder' | 'force' | 'atOnce'>)
  /** What was done lately; the answer says whether to go on. */
  | {
      readonly kind: 'renew-evacuation';
      readonly holder: string;
      readonly left?: readonly string[] | undefined;
      readonly back?: readonly string[] | undefined;
      readonly progress?: Partial<EvacuationProgress> | undefined;
    }
  | { readonly kind: 'abort-evacuation'; readonly by: string }
  | { readonly kind: 'end-evacuation'; readonly holder: string };

/** While it is under way. */
export const underWay = (evacuation: Evacuation | null): Evacuation | null =>
  evacuation?.endedAt === null ? evacuation : null;
