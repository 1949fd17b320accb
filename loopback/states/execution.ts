import { StateFailure, Stopped } from './failure.ts';
import { extraFunctions } from './functions.ts';
import type { Recorder } from './history.ts';
import { isFull } from './history.ts';
import type { Payload } from './json.ts';
import type { Machine } from './machine.ts';
import { runThread } from './machine.ts';
import type { Ports } from './ports.ts';
import { Scope } from './scope.ts';
import type { Checkpoint, ExecutionInfo } from './thread.ts';
import { Thread } from './thread.ts';
import { Turn } from './turn.ts';

/** How an execution ended. */
export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Payload }
  | { readonly status: 'FAILED' | 'ABORTED'; readonly error: string | undefined; readonly cause: string | undefined }
  | { readonly status: 'TIMED_OUT' };

/** One run of a machine. It begins at once; `outcome` never rejects. */
export class Execution {
  readonly outcome: Promise<Outcome>;
  readonly #history: Recorder;
  readonly #scope = new Scope(null);
  readonly #thread: Thread;
  readonly #settle: (outcome: Outcome) => void;
  readonly #timer = new AbortController();
  #ended = false;

  /**
   * Redriven, it goes on at the state that was not successful, with the input and the variables that it had; branches of a Parallel
   * that had ended are not run again, and the time of the whole counts anew.
   * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   */
  constructor(
    machine: Machine,
    ports: Ports,
    info: ExecutionInfo,
    history: Recorder,
    redrivenFrom: Checkpoint | null = null,
  ) {
    this.#history = history;
    ({ promise: this.outcome, resolve: this.#settle } = Promise.withResolvers<Outcome>());
    this.#history.add('ExecutionStarted', 0, () => ({
      executionStartedEventDetails: {
        input: info.input.text,
        inputDetails: { truncated: false },
        roleArn: info.roleArn,
      },
    }));
    const run = { ports, history: this.#history, turn: new Turn(), info, functions: extraFunctions(ports) };
    this.#thread = new Thread(run, this.#scope, 0);
    if (redrivenFrom !== null) this.#thread.resumeFrom(redrivenFrom);
    if (machine.timeoutSeconds !== undefined)
      this.#expire(ports.clock.wait(machine.timeoutSeconds * 1000, this.#timer.signal));
    this.#run(machine, redrivenFrom?.input ?? info.input, redrivenFrom?.state);
  }

  /** Answers false where it had ended already. */
  stop(error?: string, cause?: string): boolean {
    return this.#end('ExecutionAborted', 0, { status: 'ABORTED', error, cause });
  }

  /** Where it stands, or stood when it ended; null where it did not begin. */
  checkpoint(): Checkpoint | null {
    return this.#thread.checkpoint();
  }

  async #run(machine: Machine, input: Payload, startAt: string | undefined): Promise<void> {
    const thread = this.#thread;
    try {
      const output = await runThread(machine, thread, input, {}, startAt);
      this.#end('ExecutionSucceeded', thread.previous, { status: 'SUCCEEDED', output });
    } catch (error) {
      if (error instanceof StateFailure) {
        // At the limit of events nothing is left but to say so, behind the very last.
        const previous = error.terminal ? Math.max(thread.previous, lastIfFull(this.#history)) : thread.previous;
        this.#end('ExecutionFailed', previous, { status: 'FAILED', error: error.error, cause: error.reason });
      } else if (!(error instanceof Stopped)) {
        // A fault of the interpreter: the execution says so rather than run for ever.
        const cause = error instanceof Error ? error.stack : String(error);
        this.#end('ExecutionFailed', thread.previous, { status: 'FAILED', error: 'States.Runtime', cause });
      }
    }
  }

  async #expire(timer: Promise<void>): Promise<void> {
    try {
      await timer;
    } catch (error) {
      if (this.#ended) return;
      throw error;
    }
    this.#end('ExecutionTimedOut', 0, { status: 'TIMED_OUT' });
  }

  #end(type: EndType, previous: number, outcome: Outcome): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#history.close(type, previous, () => ({ [detailsOf[type]]: describe(outcome) }));
    this.#timer.abort(new Stopped());
    this.#scope.stop();
    this.#settle(outcome);
    return true;
  }
}

const detailsOf = {
  ExecutionSucceeded: 'executionSucceededEventDetails',
  ExecutionFailed: 'executionFailedEventDetails',
  ExecutionAborted: 'executionAbortedEventDetails',
  ExecutionTimedOut: 'executionTimedOutEventDetails',
} as const;

type EndType = keyof typeof detailsOf;

function describe(outcome: Outcome): object {
  switch (outcome.status) {
    case 'SUCCEEDED':
      return { output: outcome.output.text, outputDetails: { truncated: false } };
    case 'TIMED_OUT':
      return { error: 'States.Timeout' };
    default:
      return {
        ...(outcome.error !== undefined && { error: outcome.error }),
        ...(outcome.cause !== undefined && { cause: outcome.cause }),
      };
  }
}

const lastIfFull = (history: Recorder): number => (isFull(history) ? history.count : 0);
