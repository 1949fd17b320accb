import type { StateFailure } from './failure.ts';
import type { Retrier } from './retry.ts';

/** What is otherwise where one state alone is tried, once, by TestState. */
export interface Trial {
  /** How often each retrier is said to have been used. */
  readonly retriesBefore: number;
  /** In place of `$states.context`; gets what a run would have there. */
  context(context: { readonly Execution: Readonly<Record<string, unknown>> }): object;
  /** Told of a failure that `Retry` and `Catch` may take; throws where a retry would follow, because a trial has one attempt. */
  failed(failure: StateFailure, handlers: Handlers): void;
}

export interface Handlers {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly { readonly errorEquals: readonly string[] }[];
}
