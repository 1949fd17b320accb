import type { Clock } from '../../loopback/clock.ts';

/** A clock that stands still until it is advanced. */
export interface VirtualClock extends Clock {
  /** Moves on by `ms`, waking each waiter at its moment, and lets what it started run before the next one. */
  advance(ms: number): Promise<void>;
  /** How many waits are pending. */
  readonly waiting: number;
  /** Resolves as soon as somebody waits: for code that does real I/O before. */
  untilWaiting(): Promise<void>;
}

export function virtualClock(start = Date.parse('2026-11-20T10:00:00Z')): VirtualClock {
  let now = start;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const watchers: (() => void)[] = [];

  return {
    now: () => now,

    get waiting() {
      return sleepers.size;
    },

    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = {
          at: now + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.add(sleeper);
        for (const told of watchers.splice(0)) told();
      }),

    async untilWaiting() {
      if (sleepers.size === 0) await new Promise<void>((resolve) => watchers.push(resolve));
    },

    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await quiet();
        const next = [...sleepers].toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined || next.at > until) break;
        now = Math.max(now, next.at);
        next.wake();
      }
      now = until;
      await quiet();
    },
  };
}

/** Until the microtasks that are under way, and those that they start, are done. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}
