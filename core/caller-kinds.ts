/*
 * Measured with the clients themselves: docs/callers.md.
 */

/** How the client of a caller keeps addresses and connections. `docs/callers.md` says which clients are which. */
export interface CallerKind {
  /** Keeps an address for so long at least, whatever its TTL; a period, divided by the tempo. */
  readonly keepsAddressMs: number;
  /**
   * `never`: a connection for each request. `by-name`: goes on over the connection that it has, and asks for an address only when it
   * needs another. `by-address`: the same, but leaves it when the address changes.
   */
  readonly keepsConnections: 'never' | 'by-name' | 'by-address';
}

export const callerKinds = {
  /** A new connection for each request, to an address as old as its TTL at most: the kindest caller. */
  fresh: { keepsAddressMs: 0, keepsConnections: 'never' },
  /** Node's fetch and agents, the AWS SDK, Go, Python's sessions, Ruby, browsers. */
  kept: { keepsAddressMs: 0, keepsConnections: 'by-name' },
  /** The JDK's HttpClient. `networkaddress.cache.ttl`: https://docs.oracle.com/en/java/javase/17/core/java-networking.html */
  jvm: { keepsAddressMs: 30_000, keepsConnections: 'by-address' },
  /** One handle of libcurl: https://curl.se/libcurl/c/CURLOPT_DNS_CACHE_TIMEOUT.html */
  libcurl: { keepsAddressMs: 60_000, keepsConnections: 'by-name' },
  /** Behind a resolver or proxy that keeps every answer for a minute, as Chromium and Squid do. */
  floor: { keepsAddressMs: 60_000, keepsConnections: 'never' },
} as const satisfies Readonly<Record<string, CallerKind>>;

/**
 * Of alias records to regional endpoints and load balancers of AWS, which have no TTL of their own.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
export const aliasTtlMs = 60_000;

/**
 * How long until 99 % of callers have asked again who keep an address for so long: each looked the name up at a moment of its own.
 * Milliseconds.
 */
export const askedAgainMs = (keptMs: number) => Math.round(0.99 * keptMs);

export type CallerKindName = keyof typeof callerKinds;

/** Shares of viewers, in any unit. */
export type CallerShares = Readonly<Partial<Record<CallerKindName, number>>>;

export const onlyFresh: CallerShares = { fresh: 1 };

/** The kind of the so-many-th viewer: of a hundred in a row each kind has its share, spread among the others. */
export function kindOf(viewer: number, shares: CallerShares): CallerKindName {
  const kinds = Object.entries(shares) as [CallerKindName, number][];
  const total = kinds.reduce((sum, [, share]) => sum + share, 0);
  // A step that has no divisor in common with a hundred: neighbours are of different kinds.
  let at = (((viewer * 37) % 100) / 100) * total;
  for (const [kind, share] of kinds) {
    if (at < share) return kind;
    at -= share;
  }
  return kinds.at(-1)?.[0] ?? 'fresh';
}
