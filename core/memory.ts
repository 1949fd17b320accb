import type { Instant, Region } from './brand.ts';
import type { RequestKind } from './observation.ts';

/** What one observer asked of one region. Reads and writes are counted apart, because one may fail while the other is well. */
export interface Asked {
  readonly observer: Region;
  readonly region: Region;
  readonly request: RequestKind;
}

/** What looks have left behind, those of earlier runs too: one for each observer, region and kind of request. */
export interface Memory extends Asked {
  /** By the observer's clock, as alarms' times are. */
  readonly goodAt: Instant | null;
  readonly badAt: Instant | null;
  /** Probes by the time of the look, in sixths of the window; from the first bad one on. */
  readonly counts: readonly Count[];
}

export interface Count {
  readonly at: Instant;
  readonly good: number;
  readonly bad: number;
}
