import type { Instant } from '../core/brand.ts';
import type { LedgerRecord } from '../core/record.ts';
import type { ServiceState } from '../core/service-state.ts';
import { whileAsked } from './while-asked.ts';

/** Where the watcher reads, and how often. */
export interface WatcherOptions {
  readonly services: readonly string[];
  /** The ledger's record alone: one read, which tells whether anything was decided or done. */
  readonly record: (service: string) => Promise<LedgerRecord>;
  /** Everything that there is to say of a service. */
  readonly state: (service: string) => Promise<ServiceState>;
  readonly now: () => Instant;
  /** Between two reads of a record. Milliseconds. */
  readonly recordEveryMs: number;
  /** Between two reads of everything while the record stays as it is. Milliseconds. */
  readonly stateEveryMs: number;
  /** So many services are read at a time. */
  readonly atOnce: number;
}

/** What is known of a service. */
export interface Watched {
  readonly name: string;
  /** The last that was read; null before the first time. */
  readonly state: ServiceState | null;
  /** When `state` was read. */
  readonly readAt: Instant | null;
  /** Why it could not be read again since; null where it could. */
  readonly failure: string | null;
}

/** Reads services as long as a page is open somewhere. */
export interface Watcher {
  /** What is known now; keeps the watcher reading for a while. */
  services(): readonly Watched[];
  /** One service, now: something was done to it. */
  refresh(service: string): Promise<void>;
  close(): void;
}

export function startWatcher(options: WatcherOptions): Watcher {
  const { services, now, recordEveryMs } = options;
  const known = new Map<string, Known>(services.map((name) => [name, unread(name)]));

  async function read(name: string, whole: boolean): Promise<void> {
    const before = known.get(name);
    if (before !== undefined) known.set(name, await next(before, whole, options));
  }

  async function round(): Promise<void> {
    const waiting = services.values();
    const work = async () => {
      for (const name of waiting) await read(name, false);
    };
    await Promise.all(Array.from({ length: options.atOnce }, work));
  }

  const reading = whileAsked(round, recordEveryMs, now);
  return {
    services() {
      reading.asked();
      return services.flatMap((name) => known.get(name)?.watched ?? []);
    },
    refresh: (service) => read(service, true),
    close: () => reading.close(),
  };
}

interface Known {
  readonly watched: Watched;
  /** The record as it was read last, as text. */
  readonly record: string | null;
}

const unread = (name: string): Known => ({
  watched: { name, state: null, readAt: null, failure: null },
  record: null,
});

async function next(
  before: Known,
  whole: boolean,
  { record, state, now, stateEveryMs }: WatcherOptions,
): Promise<Known> {
  const { name, readAt, failure } = before.watched;
  try {
    const text = JSON.stringify(await record(name));
    const isOld = readAt === null || now() - readAt >= stateEveryMs;
    if (!whole && !isOld && failure === null && text === before.record) return before;
    return { record: text, watched: { name, state: await state(name), readAt: now(), failure: null } };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return { ...before, watched: { ...before.watched, failure: because } };
  }
}
