import type { Instant, Region } from './brand.ts';

/** A region that traffic was moved away from, and that is not a proven standby again: while there is one the service is UNPROTECTED. */
export interface Unprotected {
  readonly region: Region;
  /** When it was left. */
  readonly since: Instant;
  /** The run that moved; null where that was done past Understudy. */
  readonly incident: string | null;
  /** What a readiness hook said against it, of late; null where none did. */
  readonly waitsFor: { readonly hook: string; readonly detail: string; readonly at: Instant } | null;
}

/** A person's word that the service stays where it is: that region is its home until it is moved again, or the configuration says so. */
export interface Stay {
  readonly region: Region;
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
}
