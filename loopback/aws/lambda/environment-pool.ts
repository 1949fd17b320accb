import type { ExecutionEnvironment } from './execution-environment.ts';

/**
 * The warm environments of one function. Simplified: Lambda starts an environment for every invocation that finds none idle; here a
 * burst would start as many threads, and wait longer for them than for its turn. So one is started at a time, and an invocation takes
 * the first that is free.
 */
export class EnvironmentPool {
  readonly #start: () => ExecutionEnvironment;
  /** Resolves when the environment is ready, or could not be: it says so itself. */
  readonly #ready: (environment: ExecutionEnvironment) => Promise<unknown>;
  readonly #idle: ExecutionEnvironment[] = [];
  /** Invocations that found none idle, in the order of their coming. */
  readonly #waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  #starting: ExecutionEnvironment | null = null;
  #closed = false;

  constructor({
    start,
    ready,
  }: {
    readonly start: () => ExecutionEnvironment;
    readonly ready: (environment: ExecutionEnvironment) => Promise<unknown>;
  }) {
    this.#start = start;
    this.#ready = ready;
  }

  /** Invocations that wait for an environment. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The last used one first, as its memory is warmest. One that could not start is given too, with its error. */
  async take(): Promise<ExecutionEnvironment> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      // One may have ended while it was idle, by what its handler left behind.
      if (idle.alive) return idle;
    }
    const { promise, resolve } = Promise.withResolvers<ExecutionEnvironment>();
    this.#waiting.push(resolve);
    this.#startOne();
    return promise;
  }

  /** After its invocation. One that ended meanwhile is not used again. */
  give(environment: ExecutionEnvironment): void {
    if (environment.alive || this.#closed) this.#free(environment);
    else this.#startOne();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const all = this.#starting === null ? this.#idle.splice(0) : [...this.#idle.splice(0), this.#starting];
    await Promise.all(all.map((environment) => environment.kill()));
  }

  #startOne(): void {
    if (this.#starting !== null || this.#waiting.length === 0 || this.#closed) return;
    const environment = this.#start();
    this.#starting = environment;
    void this.#ready(environment).then(() => {
      this.#starting = null;
      this.#free(environment);
    });
  }

  #free(environment: ExecutionEnvironment): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(environment);
    else if (environment.alive) this.#idle.push(environment);
    if (this.#closed) for (const other of this.#waiting.splice(0)) other(environment);
    else this.#startOne();
  }
}
