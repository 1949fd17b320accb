import { Stopped } from './failure.ts';

/**
 * What runs and ends together: an execution, one attempt of a Parallel or of a Map. Lighter than an AbortController for
 * each, of which most executions need none.
 */
export class Scope {
  readonly #parent: Scope | null;
  #stopped = false;
  readonly #listeners = new Set<() => void>();

  constructor(parent: Scope | null) {
    this.#parent = parent;
  }

  get stopped(): boolean {
    return this.#stopped || (this.#parent?.stopped ?? false);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** Answers how to take the listener away again. */
  onStop(listener: () => void): () => void {
    const remove = this.#parent?.onStop(listener);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      remove?.();
    };
  }

  /**
   * Runs `work`, and rejects when the scope stops, whether or not the work obeys its signal. That aborts then, and when the
   * work is done: whatever it left behind ends with it.
   */
  async abortable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.stopped) throw new Stopped();
    const controller = new AbortController();
    const { promise: stop, reject } = Promise.withResolvers<never>();
    const remove = this.onStop(() => {
      const reason = new Stopped();
      controller.abort(reason);
      reject(reason);
    });
    try {
      return await Promise.race([work(controller.signal), stop]);
    } finally {
      remove();
      controller.abort(done);
    }
  }
}

/** One for all: nobody looks where it was made. */
const done = new Stopped();
