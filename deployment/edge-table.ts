/** What the edge function has to know. The store says who serves; this says who there is. */
export interface EdgeTable {
  /** A request belongs to the service on its host with the longest path prefix. */
  readonly services: readonly EdgeService[];
  /** What keys begin with that say which service a request belongs to: another in each deployment, for several may share a store. */
  readonly keyPrefix: string;
  /** Answers after which a read is tried at the second region. A refused connection counts as 503, a timeout as 504. */
  readonly failoverStatusCodes: readonly number[];
}

export interface EdgeService {
  /** Its routing is at the key `s/<service>`. */
  readonly service: string;
  /** Names in `Host`, in lower case. Left out where one service has the distribution to itself, whatever name it is reached by. */
  readonly hosts?: readonly string[];
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
}

export interface EdgeRegion {
  readonly region: string;
  /** Id of the origin in the distribution. */
  readonly originId: string;
}

/** A table as it is deployed: one service stands in the function itself, and each of several on a page, there or in the store. */
export interface CompiledTable {
  /** Of one service; of none where services are looked up. */
  readonly inFunction: Page;
  /** As that of the table. Null where nothing is looked up. */
  readonly keyPrefix: string | null;
  /** What the store has to hold for that, in the order of writing: a page is there before one that leads to it. */
  readonly pages: readonly StoredPage[];
  /** Pages that stand in the function instead, by the keys that they would have. Left out where they are in the store. */
  readonly pagesInFunction?: Readonly<Record<string, Page>>;
  readonly failoverStatusCodes: readonly number[];
  /** Whether any service has the member. */
  readonly sites: boolean;
  readonly viewer: boolean;
}

/*
 * What the function reads at every request is made of lists, because its engine takes twice as long for records.
 */

/**
 * What is known of a host, or of a part of its paths. `more` is how many more segments of the path the key of the next page has, where
 * more is known of longer paths, else 0. Services are in matching order: the first that fits is the most specific one of these.
 */
export type Page = readonly [more: number, ...services: CompiledService[]];

/** A service as the function reads it, with whatever can be worked out before a request comes. */
export type CompiledService = readonly [
  /** Ends in `/`, and is `/` for every path. */
  prefix: string,
  /** Empty for requests of which nobody can say whose they are: they are passed on. */
  key: string,
  /** The default region, then the others in rank order. */
  regions: readonly string[],
  /** Ids, by the same positions as `regions`. */
  origins: readonly string[],
  tellsViewer?: 0 | 1,
  indexDocument?: string,
];

export interface StoredPage {
  readonly key: string;
  /** A page. */
  readonly value: string;
  /** How many pages lead to this one. */
  readonly depth: number;
}
