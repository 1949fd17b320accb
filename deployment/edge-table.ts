/** What is put into the edge function. The store says who serves; this says who there is. */
export interface EdgeTable {
  /** A request belongs to the most specific match: a host before no host, then the longest path prefix. */
  readonly services: readonly EdgeService[];
}

export interface EdgeService {
  /** Its routing is at the key `s/<service>`. */
  readonly service: string;
  /** `Host` as viewers send it, in lower case. Every host where it is left out. */
  readonly host?: string;
  /** Matches whole segments: `/orders` is `/orders` and `/orders/7`, not `/orders-archive`. Every path where it is left out. */
  readonly pathPrefix?: string;
  /** In rank order. */
  readonly regions: readonly EdgeRegion[];
  /** Told to origins, and so to cache keys, in the header `x-understudy-viewer`. Left out where nobody answers by it. */
  readonly tellsViewer?: boolean;
  /** Of a static site: what a path without a file name is answered with, such as `/index.html`. */
  readonly indexDocument?: string;
  /** The region that serves while the store says nothing usable. One of `regions`. */
  readonly defaultRegion: string;
  /** Answers after which a read is tried at the second region. A refused connection counts as 503, a timeout as 504. */
  readonly failoverStatusCodes: readonly number[];
}

export interface EdgeRegion {
  readonly region: string;
  /** Id of the origin in the distribution. */
  readonly originId: string;
}

/** The table as the function reads it: in matching order, with whatever can be worked out before a request comes. */
export type CompiledTable = readonly CompiledService[];

export interface CompiledService {
  /** Empty for every host. */
  readonly host: string;
  /** Ends in `/`, and is `/` for every path. */
  readonly prefix: string;
  readonly key: string;
  readonly tellsViewer?: true;
  readonly indexDocument?: string;
  /** The default region, then the others in rank order. */
  readonly regions: readonly string[];
  /** By the same positions as `regions`, in the form that CloudFront takes them. */
  readonly origins: readonly Origin[];
  readonly failover: { readonly statusCodes: readonly number[] };
}

export interface Origin {
  readonly originId: string;
}
