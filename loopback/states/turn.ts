/**
 * Whose turn it is within one execution. The service decides one step at a time; so do the threads here, in the order
 * in which they asked, however long an expression takes. That makes the order of events the same in every run.
 */
export class Turn {
  #taken = false;
  readonly #waiting: (() => void)[] = [];

  /** `undefined` where it is free: nothing to wait for. */
  take(): Promise<void> | undefined {
    if (!this.#taken) {
      this.#taken = true;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }

  /** Lets others go on while this one waits for something outside. */
  async yieldTo<T>(outside: () => Promise<T>): Promise<T> {
    this.pass();
    try {
      return await outside();
    } finally {
      await this.take();
    }
  }
}
