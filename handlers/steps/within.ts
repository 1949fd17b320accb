import { Cancellation } from '../cancellation.ts';
import { Overdue } from '../errors.ts';
import type { Wait } from '../ports.ts';

/**
 * Settles as `work` does, or rejects with `Overdue` after `ms`. The work itself goes on: nothing here can stop it, but
 * nobody waits for it any more.
 */
export async function within<T>(ms: number, what: string, wait: Wait, work: () => Promise<T>): Promise<T> {
  const finished = new Cancellation();
  const overdue = () =>
    wait(ms, finished).then((): never => {
      throw new Overdue(`${what} did not answer within ${ms} ms`);
    });
  try {
    // The work first: where it throws at once, no timer is left whose end nobody looks at.
    return await Promise.race([work(), overdue()]);
  } finally {
    finished.cancel();
  }
}
