import { setTimeout as delay } from 'node:timers/promises';

/** Time as the sandbox's parts see it; tests bring their own. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that aborts first. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` holds its delay in 31 bits: a longer one fires at once. https://nodejs.org/api/timers.html */
const longestMs = 2 ** 31 - 1;

export const wallClock: Clock = {
  now: Date.now,
  async wait(ms, signal) {
    for (let left = Math.max(0, ms); ; left -= longestMs) {
      await delay(Math.min(left, longestMs), undefined, { signal });
      if (left <= longestMs) return;
    }
  },
};
