import type { Instant, Region } from './brand.ts';

/**
 * That a service is not well, from the first run that says so until it was well for long enough: one at a time for each service,
 * whatever reasons alternate in it. Kept in the ledger, so that the next run knows what people have heard.
 */
export interface Trouble {
  /** That of the incident that opened it: messages of one trouble stand in one thread. */
  readonly id: string;
  readonly openedAt: Instant;
  /** How the run ended that people heard of last, and why where it held: `vetoed`, `held/all-regions-down`. */
  readonly what: string;
  /** The region that automation would have left; null where the run did not name it. */
  readonly region: Region | null;
  /** The worst of the last while. */
  readonly level: Level;
  /** When it was seen to be as bad as that. */
  readonly levelAt: Instant;
  /** When people heard of it last. */
  readonly toldAt: Instant;
  /** When people heard last of a move that automation begins. */
  readonly attemptAt: Instant | null;
  /** Since when every look found the service well; null where the last one did not. */
  readonly goodSince: Instant | null;
  readonly closedAt: Instant | null;
  /** How many times it began anew soon after it was told to be over: each time has to be well for longer. */
  readonly reopened: number;
  /** When people heard of it, within the window that is bounded. */
  readonly heard: readonly Instant[];
}

/** 1: not sure what is wrong · 2: a region that serves is bad, and stays · 3: a move came to nothing · 4: no region answers well. */
export type Level = 1 | 2 | 3 | 4;
