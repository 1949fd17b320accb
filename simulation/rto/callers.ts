import { askedAgainMs, type CallerKind, type CallerKindName, callerKinds } from '../../core/caller-kinds.ts';
import type { LeverConfig } from '../../core/lever.ts';

/** Once edges or name servers have followed: how long until 99 % of the callers of a kind have; null where they never do. Milliseconds. */
export type Following = Readonly<Record<CallerKindName, number | null>>;

/**
 * Callers looked names up at moments of their own, so that 99 % of them have looked again after 99 % of the time that an address is
 * kept. Behind CloudFront each request is led anew, whatever its caller keeps.
 */
export function following(lever: LeverConfig['kind'], ttlMs: number, answers: boolean): Following {
  const kinds = Object.entries(callerKinds) as [CallerKindName, CallerKind][];
  return Object.fromEntries(
    kinds.map(([name, kind]) => [name, lever === 'kvs' ? 0 : byName(kind, { lever, ttlMs, answers })]),
  ) as Following;
}

function byName(
  { keepsAddressMs, keepsConnections }: CallerKind,
  { lever, ttlMs, answers }: { readonly lever: LeverConfig['kind']; readonly ttlMs: number; readonly answers: boolean },
): number | null {
  if (answers && keepsConnections === 'by-name') return null;
  const heldMs = askedAgainMs(Math.max(ttlMs, keepsAddressMs));
  // The simulated beacon lets every resolver have asked right before the change: one TTL has passed by then.
  return lever === 'beacon' ? Math.max(0, heldMs - ttlMs) : heldMs;
}
