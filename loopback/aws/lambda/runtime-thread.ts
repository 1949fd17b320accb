import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FunctionError, RuntimeMessage, RuntimeSetup, ThreadMessage, ThreadOrder } from './runtime-messages.ts';

/** Told what an environment says, and once when its thread is gone, with what the thread died of. */
export interface EnvironmentListener {
  readonly onMessage: (message: RuntimeMessage) => void;
  readonly onGone: (error: FunctionError) => void;
}

/** Processor time that a thread may take before it hears that one of its environments ends: with more it is stuck in a loop. */
const stuckAfterMs = 500;
const lookEveryMs = 50;

/**
 * A worker thread with Lambda's runtime, for one execution environment or several. Several have modules, variables, output and
 * connections of their own, but share the thread's processor time and memory, and a thread that does not yield is ended with all of them.
 */
export class RuntimeThread {
  readonly #worker: Worker;
  readonly #environments = new Map<number, EnvironmentListener>();
  /** Environments are ended by a word, which the thread answers. */
  readonly #ending = new Map<number, () => void>();
  #next = 0;
  #gone = false;
  #died: FunctionError | null = null;

  constructor({ memoryMb }: { readonly memoryMb: number }) {
    this.#worker = new Worker(new URL('./runtime.mjs', import.meta.url), {
      env: {},
      stdout: true,
      stderr: true,
      // A worker inherits the flags of its host, such as a test runner's loaders; a function must not.
      execArgv: [],
      // Many threads share a process: with V8's own young generation they take a fifth more memory, and are no faster.
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 2 },
    });
    // What is written outside of any environment: warnings of Node itself.
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) stream.resume();
    this.#worker.on('message', (message: ThreadMessage) => this.#heard(message));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#died ??=
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? exitError('signal: killed')
          : { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
    });
    this.#worker.on('exit', (code) => this.#exited(this.#died ?? exitError(code === 0 ? null : `exit status ${code}`)));
  }

  /** Environments that are alive in it. */
  get size(): number {
    return this.#environments.size;
  }

  /** Environments that were ever started in it: what they loaded stays until the thread ends. */
  get started(): number {
    return this.#next;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** The environment's number in this thread. */
  start(setup: RuntimeSetup, listener: EnvironmentListener): number {
    const environment = this.#next++;
    this.#environments.set(environment, listener);
    this.tell({ environment, kind: 'start', setup });
    return environment;
  }

  tell(order: ThreadOrder): void {
    this.#worker.postMessage(order);
  }

  /** Stops an environment where it is: when this resolves it does no more. The thread goes with the last one, or when it is stuck. */
  async end(environment: number): Promise<void> {
    if (!this.#environments.has(environment)) return;
    if (this.#environments.size > 1) {
      const ended = Promise.withResolvers<false>();
      this.#ending.set(environment, () => ended.resolve(false));
      this.tell({ environment, kind: 'end' });
      const isStuck = await Promise.race([ended.promise, this.#stuck(environment)]);
      this.#forget(environment);
      if (!isStuck && this.#environments.size > 0) return;
    }
    await this.#terminate();
  }

  /** By processor time, because a thread of a busy machine is slow and not stuck. False once the environment has ended. */
  async #stuck(environment: number): Promise<boolean> {
    const since = await this.#processorMs();
    while (this.#ending.has(environment)) {
      await delay(lookEveryMs);
      if ((await this.#processorMs()) - since > stuckAfterMs) return true;
    }
    return false;
  }

  /** What it has taken so far; 0 once it is gone. */
  async #processorMs(): Promise<number> {
    const usage = await this.#worker.cpuUsage().catch(() => null);
    return (usage?.user ?? 0) / 1_000;
  }

  #heard({ environment, ...message }: ThreadMessage): void {
    const listener = this.#environments.get(environment);
    if (isLast(message)) this.#forget(environment);
    listener?.onMessage(message);
    if (this.#environments.size === 0) void this.#terminate();
  }

  #forget(environment: number): void {
    this.#environments.delete(environment);
    this.#ending.get(environment)?.();
    this.#ending.delete(environment);
  }

  async #terminate(): Promise<void> {
    this.#died ??= exitError('signal: killed');
    this.#gone = true;
    await this.#worker.terminate();
  }

  #exited(error: FunctionError): void {
    this.#gone = true;
    const listeners = [...this.#environments];
    for (const [environment] of listeners) this.#forget(environment);
    for (const [, { onGone }] of listeners) onGone(error);
  }
}

/** Whether the environment is of no more use after it. */
const isLast = ({ kind }: RuntimeMessage): boolean =>
  kind === 'init-failed' || kind === 'crashed' || kind === 'exited' || kind === 'ended';

/** Lambda's words for a process that is gone. https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
export function exitError(status: string | null): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage:
      status === null ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${status}`,
  };
}
