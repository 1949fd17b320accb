import { AwsError } from '../../aws/service.ts';
import { StateFailure } from '../failure.ts';
import type { Json } from '../json.ts';
import type { TaskContext } from '../ports.ts';

/** The tasks that wait for `SendTask…`, by token. */
export class TaskTokens {
  readonly #waiting = new Map<string, Waiting>();
  /** Those that were answered or given up: the service tells them apart from tokens that never were. */
  readonly #over = new Set<string>();

  /** Resolves or rejects with what is sent for the context's token; forgets it when the task's signal aborts. */
  wait({ taskToken, signal, heartbeat }: TaskContext): Promise<Json> {
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    this.#waiting.set(taskToken, { resolve, reject, heartbeat });
    signal.addEventListener('abort', () => {
      this.forget(taskToken);
      reject(signal.reason);
    });
    return promise;
  }

  succeed(token: string, output: Json): void {
    this.#take(token).resolve(output);
  }

  fail(token: string, error: string | undefined, cause: string | undefined): void {
    this.#take(token).reject(new StateFailure(error, cause));
  }

  heartbeat(token: string): void {
    this.#find(token).heartbeat();
  }

  /** The task failed by itself: nothing that is sent for it counts any more. */
  forget(token: string): void {
    if (this.#waiting.delete(token)) this.#over.add(token);
  }

  #take(token: string): Waiting {
    const waiting = this.#find(token);
    this.forget(token);
    return waiting;
  }

  #find(token: string): Waiting {
    const waiting = this.#waiting.get(token);
    if (waiting !== undefined) return waiting;
    if (this.#over.has(token)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}

interface Waiting {
  resolve(output: Json): void;
  reject(reason: unknown): void;
  heartbeat(): void;
}
