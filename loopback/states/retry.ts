import type { StateFailure } from './failure.ts';
import { matches } from './failure.ts';

/** One element of `Retry`. https://states-language.net/#retrying-after-error */
export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly fullJitter: boolean;
}

export interface RawRetrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export const compileRetrier = (raw: RawRetrier): Retrier => ({
  errorEquals: raw.ErrorEquals,
  intervalSeconds: raw.IntervalSeconds ?? 1,
  maxAttempts: raw.MaxAttempts ?? 3,
  backoffRate: raw.BackoffRate ?? 2,
  maxDelaySeconds: raw.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  fullJitter: raw.JitterStrategy === 'FULL',
});

/** The delay before the `attempt`th retry, counted from 0. With full jitter anything between none and all of it. */
export function delayMs(retrier: Retrier, attempt: number, random: () => number): number {
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** attempt, retrier.maxDelaySeconds);
  return 1000 * (retrier.fullJitter ? random() * seconds : seconds);
}

/** How often each retrier was used in one visit of a state. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used: number[];

  constructor(retriers: readonly Retrier[], usedBefore = 0) {
    this.#retriers = retriers;
    this.#used = retriers.map(() => usedBefore);
  }

  /** The first retrier that matches decides, even where it is used up. `null`: do not retry. */
  nextDelayMs(failure: StateFailure, random: () => number): number | null {
    const index = this.#retriers.findIndex(({ errorEquals }) => matches(errorEquals, failure));
    const retrier = this.#retriers[index];
    const used = this.#used[index] ?? 0;
    if (retrier === undefined || used >= retrier.maxAttempts) return null;
    this.#used[index] = used + 1;
    return delayMs(retrier, used, random);
  }
}
