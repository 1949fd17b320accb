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
}

export type EvacuationCommand =
  | ({
      readonly kind: 'begin-evacuation';
      /** A holder whose execution was asked about, and runs no more. */
      readonly over?: string | null | undefined;
    } & Pick<Evacuation, 'id' | 'direction' | 'region' | 'by' | 'reason' | 'holder'>)
  /** What was done lately; the answer says whether to go on. */
  | {
      readonly kind: 'renew-evacuation';
      readonly holder: string;
      readonly left?: readonly string[] | undefined;
      readonly back?: readonly string[] | undefined;
    }
  | { readonly kind: 'abort-evacuation'; readonly by: string }
  | { readonly kind: 'end-evacuation'; readonly holder: string };

/** While it is under way. */
export const underWay = (evacuation: Evacuation | null): Evacuation | null =>
  evacuation?.endedAt === null ? evacuation : null;
