import { setTimeout as delay } from 'node:timers/promises';
import { getRetryAfterHint } from '@smithy/core/retry';
import type { ServerTime } from './server-time.ts';
import { isWorthAnother, wasNotPerformed } from './vendor-error.ts';

export interface Attempts {
  /** At most; the first one included. */
  readonly attempts: number;
  /** Whether a second one may be made only where the first is known to have done nothing. */
  readonly once: boolean;
  readonly time: ServerTime;
  readonly signal: AbortSignal;
  /** What the call may still take. */
  readonly leftMs: () => number;
}

/**
 * Makes a call again where another attempt may end better: nobody answered, or the server is broken or busy. A server that
 * asks for a longer pause than there is time for gets no other attempt, and the caller its error at once: there may be
 * another region. A signature that was refused for its time is made again by the server's, once, which is no attempt.
 */
export async function attempted<T>(call: () => Promise<T>, options: Attempts): Promise<T> {
  const { attempts, once, time, signal, leftMs } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await time.correcting(call);
    } catch (error) {
      if (signal.aborted || attempt >= attempts || !isWorthAnother(error)) throw error;
      if (once && !wasNotPerformed(error)) throw error;
      const pause = Math.max(pauseMs(attempt), askedForMs(error));
      if (pause >= leftMs()) throw error;
      await delay(pause, undefined, { signal });
    }
  }
}

/** `Retry-After` in seconds or as a date, `x-amz-retry-after` in milliseconds. */
function askedForMs(error: unknown): number {
  const until = getRetryAfterHint((error as { $response?: unknown }).$response);
  return until === undefined ? 0 : until.getTime() - Date.now();
}

/** Full jitter: up to 50 ms, 100 ms, … https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/ */
function pauseMs(attempt: number): number {
  return Math.random() * 50 * 2 ** (attempt - 1);
}
