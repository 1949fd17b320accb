/** Nobody answered in time. The name is the one that the SDK has for it. */
export class NoAnswer extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Settles as `call` does, or rejects with `NoAnswer` after `ms`, or with the reason of `outer` when that aborts: at once,
 * whatever the call makes of the signal that it is given. Null: as long as it takes.
 */
export async function bounded<T>(
  ms: number | null,
  outer: AbortSignal | undefined,
  call: (signal: AbortSignal, leftMs: () => number) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const over = new AbortController();
  const gaveUp = Promise.withResolvers<never>();
  const giveUp = (reason: unknown) => {
    over.abort(reason);
    gaveUp.reject(reason);
  };
  const onAbort = () => giveUp(outer?.reason);
  outer?.addEventListener('abort', onAbort, { once: true });
  const until = performance.now() + (ms ?? Number.POSITIVE_INFINITY);
  const timer = ms === null ? undefined : setTimeout(() => giveUp(new NoAnswer(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([call(over.signal, () => until - performance.now()), gaveUp.promise]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onAbort);
  }
}
