import type { Json } from '../../loopback/states/json.ts';
import type { TaskContext } from '../../loopback/states/ports.ts';

/** Tasks that wait for a person. */
export class Tokens {
  readonly #waiting = new Map<string, (answer: Json) => void>();

  wait({ taskToken, signal }: TaskContext): Promise<Json> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(taskToken, resolve);
      signal.addEventListener('abort', () => {
        this.#waiting.delete(taskToken);
        reject(signal.reason);
      });
    });
  }

  /** False where nobody waits for it any more. */
  answer(token: string, answer: Json): boolean {
    const resolve = this.#waiting.get(token);
    this.#waiting.delete(token);
    resolve?.(answer);
    return resolve !== undefined;
  }
}
