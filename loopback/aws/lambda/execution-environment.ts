import type { FunctionError, InvocationMessage, RuntimeMessage, RuntimeSetup } from './runtime-messages.ts';
import { exitError, type RuntimeThread } from './runtime-thread.ts';

/** How an invocation ended, as the environment or its end tells it. */
export type Outcome =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: FunctionError };

export interface EnvironmentOptions extends RuntimeSetup {
  readonly thread: RuntimeThread;
  readonly onLine: (line: string) => void;
}

/** A loaded handler with a process of its own, as far as it can tell: what Lambda calls an execution environment. Takes one invocation at a time. */
export class ExecutionEnvironment {
  readonly #thread: RuntimeThread;
  readonly #number: number;
  readonly #ready = Promise.withResolvers<FunctionError | null>();
  readonly #onLine: (line: string) => void;
  #settle: ((outcome: Outcome) => void) | null = null;
  #alive = true;
  #killedBecause: FunctionError | null = null;

  constructor({ thread, onLine, ...setup }: EnvironmentOptions) {
    this.#thread = thread;
    this.#onLine = onLine;
    this.#number = thread.start(setup, {
      onMessage: (message) => this.#heard(message),
      onGone: (error) => this.#over(error),
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the handler is loaded; with the error when it cannot be. */
  initialised(): Promise<FunctionError | null> {
    return this.#ready.promise;
  }

  async invoke(invocation: InvocationMessage): Promise<Outcome> {
    const problem = await this.#ready.promise;
    if (problem !== null) return { kind: 'failed', error: problem };
    if (!this.#alive) return { kind: 'failed', error: exitError('signal: killed') };
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#thread.tell({ environment: this.#number, kind: 'invoke', invocation });
    });
  }

  /** Stops it where it is; a running invocation fails with the error. */
  async kill(error: FunctionError = exitError('signal: killed')): Promise<void> {
    this.#killedBecause ??= error;
    this.#alive = false;
    await this.#thread.end(this.#number);
    this.#over(error);
  }

  #heard(message: RuntimeMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#ready.resolve(null);
        break;
      case 'lines':
        for (const line of message.lines) this.#onLine(line);
        break;
      case 'returned':
        this.#end({ kind: 'returned', payload: message.payload });
        break;
      case 'threw':
        this.#end({ kind: 'failed', error: message.error });
        break;
      case 'init-failed':
      case 'crashed':
        this.#over(message.error);
        break;
      case 'exited':
        this.#over(exitError(message.code === 0 ? null : `exit status ${message.code}`));
        break;
      case 'ended':
        this.#over(exitError('signal: killed'));
        break;
    }
  }

  #over(error: FunctionError): void {
    this.#alive = false;
    const because = this.#killedBecause ?? error;
    this.#ready.resolve(because);
    this.#end({ kind: 'failed', error: because });
  }

  #end(outcome: Outcome): void {
    this.#settle?.(outcome);
    this.#settle = null;
  }
}
