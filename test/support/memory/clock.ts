import type { Instant } from '../../../core/brand.ts';
import type { Clock, Wait } from '../../../handlers/ports.ts';

interface Timer {
  readonly at: Instant;
  readonly fire: () => void;
}

/** Time that stands still until somebody moves it. */
export class ManualClock implements Clock {
  #now: Instant;
  #timers: Timer[] = [];

  constructor(now: Instant) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  readonly wait: Wait = (ms, cancellation) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer: Timer = { at: this.#now + Math.max(0, ms), fire: resolve };
    this.#timers.push(timer);
    cancellation?.onCancel(() => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    });
    return promise;
  };

  /** Moves on by `ms`, stopping at every timer on the way; what a timer sets off is done before the next one fires. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await everythingSettled();
    for (let next = this.#next(); next !== null && next.at <= until; next = this.#next()) {
      this.#fire(next);
      await everythingSettled();
    }
    this.#now = until;
  }

  /** Carries work through: whenever everything waits, time jumps to the next timer. */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const finish = () => {
      over = true;
    };
    work.then(finish, finish);
    for (;;) {
      await everythingSettled();
      if (over) return work;
      const next = this.#next();
      if (next === null) throw new Error('the work waits for something that no timer brings');
      this.#fire(next);
    }
  }

  /** The earliest, and of equals the one that was set first. */
  #next(): Timer | null {
    return this.#timers.reduce<Timer | null>((best, timer) => (best && best.at <= timer.at ? best : timer), null);
  }

  #fire(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.fire();
  }
}

/** Promises settle before the event loop turns; a turn comes after all of them. */
function everythingSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
