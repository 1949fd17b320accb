import type { RoutingReading } from '../core/evidence.ts';

/** Whether this region serves a service, as the lever says. Asked for each request, so that it never waits. */
export interface Serving {
  /** True where nobody knows otherwise. */
  isServing(): boolean;
  /**
   * For how long, in milliseconds, the lever has said without a break that this region does not serve; null while it serves, or while
   * that is not known.
   */
  leftForMs(): number | null;
  close(): void;
}

export interface ServingOptions {
  /** The region of this application. */
  readonly region: string;
  readonly read: () => Promise<RoutingReading>;
  /** Between one look at the lever and the next. */
  readonly everyMs?: number;
  /** How long a region that was left goes on refusing while the lever cannot be read. */
  readonly staleMs?: number;
  readonly now?: () => number;
}

/**
 * Looks at the lever in the background. A region is taken for left only when two looks in a row say so, because to refuse what should be
 * served loses requests, and to serve what should be refused loses none. What cannot be read changes nothing; where it cannot
 * be read for long, the region serves again: whoever still reaches it has nobody else.
 */
export function watchServing(options: ServingOptions): Serving {
  const { region, read, everyMs = 5_000, staleMs = 600_000, now = Date.now } = options;
  let leftSince: number | null = null;
  let looksAgainst = 0;
  let readAt = now();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    const weight = await weightOf(region, read);
    if (weight === null) return;
    readAt = now();
    looksAgainst = weight > 0 ? 0 : looksAgainst + 1;
    if (looksAgainst === 0) leftSince = null;
    else if (looksAgainst === neededLooks) leftSince = readAt;
  }

  function again(): void {
    if (closed) return;
    timer = setTimeout(() => void look().then(again), everyMs);
    // The application ends when it wants to.
    timer.unref();
  }
  void look().then(again);

  const leftForMs = () => (leftSince === null || now() - readAt > staleMs ? null : now() - leftSince);
  return {
    isServing: () => leftForMs() === null,
    leftForMs,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const neededLooks = 2;

/** Null where it is not known. A region that the lever does not name has no weight to lose. */
async function weightOf(region: string, read: ServingOptions['read']): Promise<number | null> {
  try {
    const reading = await read();
    return reading.kind === 'read'
      ? (Object.entries(reading.routing.weights).find(([name]) => name === region)?.[1] ?? null)
      : null;
  } catch {
    // The lever is somebody else's to complain about; this application only serves.
    return null;
  }
}
