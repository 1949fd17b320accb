import type { Clock } from '../clock.ts';
import type { StoreFeed, StoreVersion } from './store-feed.ts';

/** One edge location's own copy of the store: it follows the store, each change a while later. */
export interface StoreCopy {
  current(): StoreVersion;
  /** Resolves once this edge has `version` or a later one; rejects when it is closed before. */
  reached(version: number): Promise<void>;
  close(): void;
}

export interface StoreCopyOptions {
  readonly feed: StoreFeed;
  readonly clock: Clock;
  /** How long the next change takes to get here. */
  readonly delayMs: () => number;
  readonly onChange: (change: StoreVersion) => void;
}

export function followStore({ feed, clock, delayMs, onChange }: StoreCopyOptions): StoreCopy {
  let current = feed.snapshot();
  const closing = new AbortController();
  const waiting = new Set<{ version: number; resolve: () => void; reject: (reason: Error) => void }>();

  /** A change that was overtaken by a later one is not applied any more: an edge never goes back. */
  function apply(change: StoreVersion): void {
    if (change.version <= current.version) return;
    current = change;
    onChange(change);
    for (const waiter of waiting) {
      if (waiter.version > change.version) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  }

  const unsubscribe = feed.subscribe((change) => {
    clock.wait(delayMs(), closing.signal).then(
      () => apply(change),
      (error: unknown) => {
        if (!closing.signal.aborted) throw error;
      },
    );
  });

  return {
    current: () => current,
    reached(version) {
      if (current.version >= version) return Promise.resolve();
      return new Promise((resolve, reject) => waiting.add({ version, resolve, reject }));
    },
    close() {
      unsubscribe();
      closing.abort();
      for (const { version, reject } of waiting) reject(new Error(`closed before version ${version} arrived`));
      waiting.clear();
    },
  };
}
