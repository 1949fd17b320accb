import type { Clock } from './clock.ts';

/** Waits, and says whether the time passed: false when the signal aborted first, which is how loops end here. */
export async function waited({ wait }: Pick<Clock, 'wait'>, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}
