import type { Instant } from '../../core/brand.ts';
import type { Plan } from '../plan.ts';
import type { Onlooker } from '../world/happening.ts';
import type { World } from '../world/world.ts';

export interface Violation {
  readonly invariant: string;
  readonly because: string;
  readonly at: Instant;
}

/** Watches one story from outside. */
export interface Checker {
  readonly see: Onlooker;
  /** Says whether something is still to come that must come: the story goes on until then. */
  readonly owed?: () => boolean;
  /** When the story is over. */
  readonly end?: () => void;
}

/** What a checker may look at: what happens, the plan, and the world's own truth. Never what the product thinks. */
export interface Watched {
  readonly plan: Plan;
  readonly world: World;
  readonly violated: (invariant: string, because: string) => void;
}

export type CheckerOf = (watched: Watched) => Checker;
