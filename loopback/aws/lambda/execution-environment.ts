import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionError, InvocationMessage, RuntimeMessage, RuntimeSetup } from './runtime-messages.ts';

/** How an invocation ended, as the worker or its end tells it. */
export type Outcome =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

export interface EnvironmentOptions extends RuntimeSetup {
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onLine: (line: string) => void;
}

/** One worker thread with a loaded handler: what Lambda calls an execution environment. Takes one invocation at a time. */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #initialised: Promise<FunctionError | null>;
  #settle: ((outcome: Outcome) => void) | null = null;
  #alive = true;
  #killedBecause: FunctionError | null = null;

  constructor({ codeDir, handler, reaches, env, memoryMb, onLine }: EnvironmentOptions) {
    const setup: RuntimeSetup = { codeDir, handler, reaches };
    this.#worker = new Worker(new URL('./runtime.mjs', import.meta.url), {
      workerData: setup,
      env: { ...env },
      stdout: true,
      stderr: true,
      // A worker inherits the flags of its host, such as a test runner's loaders; a function must not.
      execArgv: [],
      // Thirty environments share a process: with V8's own young generation they take a fifth more memory, and are no faster.
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 2 },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) createInterface(stream).on('line', onLine);
    this.#initialised = new Promise((resolve) => {
      this.#worker.on('message', (message: RuntimeMessage) => {
        switch (message.kind) {
          case 'ready':
            resolve(null);
            break;
          case 'init-failed':
            resolve(message.error);
            void this.kill(message.error);
            break;
          case 'returned':
            this.#end({ kind: 'returned', payload: message.payload });
            break;
          case 'threw':
            this.#end({ kind: 'failed', error: message.error });
            break;
          case 'crashed':
            void this.kill(message.error);
            break;
        }
      });
      this.#worker.on('error', (error: NodeJS.ErrnoException) => {
        this.#killedBecause ??=
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? exitError('signal: killed')
            : { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
      });
      this.#worker.on('exit', (code) => {
        this.#alive = false;
        const error = this.#killedBecause ?? exitError(code === 0 ? null : `exit status ${code}`);
        resolve(error);
        this.#end({ kind: 'failed', error });
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the handler is loaded; with the error when it cannot be. */
  initialised(): Promise<FunctionError | null> {
    return this.#initialised;
  }

  async invoke(message: InvocationMessage): Promise<Outcome> {
    const problem = await this.#initialised;
    if (problem !== null) return { kind: 'failed', error: problem };
    if (!this.#alive) return { kind: 'failed', error: exitError('signal: killed') };
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#worker.postMessage(message);
    });
  }

  /** Stops the thread where it is; a running invocation fails with the error. */
  async kill(error: FunctionError = exitError('signal: killed')): Promise<void> {
    this.#killedBecause ??= error;
    this.#alive = false;
    await this.#worker.terminate();
  }

  #end(outcome: Outcome): void {
    this.#settle?.(outcome);
    this.#settle = null;
  }
}

/** Lambda's words for a process that is gone. https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html */
function exitError(status: string | null): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage:
      status === null ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${status}`,
  };
}
