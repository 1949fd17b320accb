import { type Canaries, type CanariesOptions, type Canary, startCanaries } from './canaries.ts';
import type { CanaryRun } from './run-report.ts';

/** Canaries that are there before they run: a deployment makes them, and somebody says when they begin. */
export interface CanaryFleet {
  put(canary: Canary): void;
  remove(name: string, observer: string): void;
  /** All of them, in no order. */
  list(): readonly Canary[];
  start(): void;
  /** Told of every run once it is over. Returns what ends that. */
  onRun(listener: (run: CanaryRun) => void): () => void;
  close(): Promise<void>;
}

export function canaryFleet(options: Omit<CanariesOptions, 'canaries'>): CanaryFleet {
  const known = new Map<string, Canary>();
  const listeners = new Set<(run: CanaryRun) => void>();
  let running: Canaries | undefined;
  const key = (name: string, observer: string) => `${observer}/${name}`;
  return {
    put(canary) {
      known.set(key(canary.name, canary.observer), canary);
      running?.put(canary);
    },
    remove(name, observer) {
      known.delete(key(name, observer));
      running?.remove(name, observer);
    },
    list: () => [...known.values()],
    start() {
      if (running !== undefined) return;
      running = startCanaries({ ...options, canaries: [...known.values()] });
      running.onRun((run) => {
        for (const listener of listeners) listener(run);
      });
    },
    onRun(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => running?.close(),
  };
}
