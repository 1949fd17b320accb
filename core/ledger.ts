import type { Epoch, Instant, Region } from './brand.ts';

/** One item per service: who may write, and what automation is allowed to do. */
export interface LedgerRecord {
  readonly service: string;
  readonly epoch: Epoch;
  readonly lease: Lease | null;
  /** False after an automatic move until a person acknowledges it. */
  readonly armed: boolean;
  readonly paused: { readonly by: string; readonly reason: string; readonly at: Instant } | null;
  readonly activeRegion: Region | null;
  readonly lastMoveAt: Instant | null;
  /** The incident that waits for a person's acknowledgement. */
  readonly unacknowledged: string | null;
}

export interface Lease {
  /** The execution that holds it. */
  readonly holder: string;
  readonly expiresAt: Instant;
}
