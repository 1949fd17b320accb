import { matches, StateFailure } from './failure.ts';
import type { Json } from './json.ts';
import { payload } from './json.ts';
import type { Transition } from './machine.ts';
import type { Retrier } from './retry.ts';
import { Retries } from './retry.ts';
import type { Leaving, Visit } from './visit.ts';

/** One element of `Catch`. */
export interface Catcher extends Leaving {
  readonly errorEquals: readonly string[];
}

export interface Protection {
  readonly retriers: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

/**
 * Tries `attempt` as often as `Retry` says, then does what `Catch` says.
 * `giveUp` is called between the two, where the failure is final for the state.
 */
export async function protect(
  visit: Visit,
  { retriers, catchers }: Protection,
  attempt: () => Promise<Transition>,
  giveUp?: () => void,
): Promise<Transition> {
  const { ports, trial } = visit.thread.run;
  const retries = new Retries(retriers, trial?.retriesBefore);
  for (visit.retryCount = 0; ; visit.retryCount++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StateFailure) || error.terminal) throw error;
      trial?.failed(error, { retriers, catchers });
      const delayMs = retries.nextDelayMs(error, ports.random);
      if (delayMs === null) {
        giveUp?.();
        const catcher = catchers.find(({ errorEquals }) => matches(errorEquals, error));
        if (catcher === undefined) throw error;
        const errorOutput = errorOutputOf(error);
        return visit.leave(catcher, payload(errorOutput), { errorOutput });
      }
      await visit.thread.outside((signal) => ports.clock.wait(delayMs, signal));
    }
  }
}

const errorOutputOf = ({ error, reason }: StateFailure): Json => ({
  Error: error ?? null,
  // The service gives an empty cause to what timed out.
  Cause: reason ?? (error === 'States.Timeout' ? '' : null),
});
