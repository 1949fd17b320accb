/** A KeyValueStore as edges learn of it: what stands now, and every later change, each with the whole store after it. */
export interface StoreFeed {
  snapshot(): StoreVersion;
  /** Returns what ends the subscription. */
  subscribe(listener: (change: StoreVersion) => void): () => void;
}

export interface StoreVersion {
  /** Grows with every change. */
  readonly version: number;
  readonly entries: ReadonlyMap<string, string>;
  /** When the change was accepted, in milliseconds since 1970. */
  readonly at: number;
}

/** Stores that know one another by ARN, as `loopback/aws/kvs.ts` keeps them. */
export interface Stores {
  store(arn: string): StoreVersion;
  subscribe(listener: (change: StoreVersion & { readonly arn: string }) => void): () => void;
}

/** The feed of one store among several. */
export function feedOf(stores: Stores, arn: string): StoreFeed {
  return {
    snapshot: () => stores.store(arn),
    subscribe: (listener) =>
      stores.subscribe((change) => {
        if (change.arn === arn) listener(change);
      }),
  };
}
