import { setTimeout as delay } from 'node:timers/promises';

/** Generous: it only ends a test that has failed already. */
const deadlineMs = 50_000;

/**
 * Asks until the answer is there (neither undefined nor false), and returns it. What the tests wait for takes as long as
 * it takes: nothing here measures.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  patienceMs = deadlineMs,
): Promise<Exclude<Awaited<T>, undefined | false>> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<Awaited<T>, undefined | false>;
    if (Date.now() > giveUpAt) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await delay(15);
  }
}
