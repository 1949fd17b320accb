import { type CallerKind, type CallerKindName, callerKinds } from '../../core/caller-kinds.ts';
import type { LeverConfig } from '../../core/lever.ts';

/**
 * Of alias records to endpoints and load balancers of AWS, which have no TTL of their own.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
 */
export const aliasTtlMs = 60_000;

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
  const heldMs = Math.round(0.99 * Math.max(ttlMs, keepsAddressMs));
  // The simulated beacon lets every resolver have asked right before the change: one TTL has passed by then.
  return lever === 'beacon' ? Math.max(0, heldMs - ttlMs) : heldMs;
}
