import type { Instant, Region } from './brand.ts';
import type { BadReason } from './observation.ts';
import type { CallersOfKind, TrafficSummary } from './report.ts';

/** One request of one caller, and what became of it. */
export interface Sample {
  /** When it was sent. */
  readonly at: Instant;
  readonly viewer: string;
  /** How the client of the caller keeps addresses and connections, where callers of several kinds were measured. */
  readonly kind?: string | undefined;
  readonly method: 'GET' | 'POST';
  readonly latencyMs: number;
  /** Null where no answer came. */
  readonly status: number | null;
  /** Null where the caller got what it asked for. */
  readonly error: BadReason | null;
  /** The region that the answer names, a bad one too. */
  readonly servedBy: Region | null;
}

/** What happened to the requests that were sent within [from, to). */
export interface TrafficWindow {
  readonly from: Instant;
  readonly to: Instant;
  readonly requests: number;
  /** Requests that were answered well, by the region that answered. */
  readonly served: Readonly<Record<string, number>>;
  /** Requests that were not, by why. */
  readonly errors: Readonly<Partial<Record<BadReason, number>>>;
}

/** Cuts the samples into windows that follow one another from `from` on; windows without requests are there too. */
export function trafficWindows(samples: readonly Sample[], from: Instant, windowMs: number): TrafficWindow[] {
  const within = samples.filter(({ at }) => at >= from);
  if (within.length === 0) return [];
  const count = Math.floor((lastOf(within) - from) / windowMs) + 1;
  const windows = Array.from({ length: count }, (_, index) => ({
    from: from + index * windowMs,
    to: from + (index + 1) * windowMs,
    requests: 0,
    served: {} as Record<string, number>,
    errors: {} as Partial<Record<BadReason, number>>,
  }));
  for (const { at, error, servedBy } of within) {
    const window = windows[Math.floor((at - from) / windowMs)];
    if (window === undefined) continue;
    window.requests++;
    if (error !== null) window.errors[error] = (window.errors[error] ?? 0) + 1;
    else if (servedBy !== null) window.served[servedBy] = (window.served[servedBy] ?? 0) + 1;
  }
  return windows;
}

export interface RecoveryQuestion {
  /** No moment before it counts: the fault. */
  readonly since: Instant;
  /** The region that must have answered. */
  readonly by: Region;
  readonly windowMs: number;
  /** Of the requests in a window; 99 where it is not said. */
  readonly percent?: number;
}

/**
 * The first moment from which traffic was served by a region and stayed so: that of a request answered well by it, such that
 * in the window there, and in every whole window that begins with a later request, so were `percent` of the requests.
 * Null where that never came, or the samples end before the window does: keep watching for `windowMs` after the move.
 */
export function recoveredAt(samples: readonly Sample[], question: RecoveryQuestion): Instant | null {
  const { since, by, windowMs, percent = 99 } = question;
  const sent = samples.filter(({ at }) => at >= since).sort((a, b) => a.at - b.at);
  const goodBefore = [0];
  const isGood = ({ error, servedBy }: Sample) => error === null && servedBy === by;
  for (const each of sent) goodBefore.push((goodBefore.at(-1) ?? 0) + (isGood(each) ? 1 : 0));

  const last = sent.at(-1)?.at ?? 0;
  let recovered: Instant | null = null;
  let end = sent.length;
  // From the last window backwards, until one was not good enough.
  for (let start = sent.length - 1; start >= 0; start--) {
    const from = sent[start]?.at ?? 0;
    while (end > start && (sent[end - 1]?.at ?? 0) >= from + windowMs) end--;
    // A window that reaches past the last request is no whole one: nobody knows how it would have ended.
    if (last < from + windowMs - 1) continue;
    // Requests of one moment begin one window, the one of the first of them.
    if (start > 0 && sent[start - 1]?.at === from) continue;
    const good = (goodBefore[end] ?? 0) - (goodBefore[start] ?? 0);
    if (good * 100 < percent * (end - start)) break;
    recovered = from;
  }
  if (recovered === null) return null;
  // The window may begin with the last of the bad requests that it allows; the first good one is the moment meant.
  const moment = recovered;
  return sent.find((each) => each.at >= moment && isGood(each))?.at ?? null;
}

/** What callers saw of a failover, for the report. A request counts when it ended after `since`, whenever it was sent. */
export function trafficSummary(samples: readonly Sample[], question: RecoveryQuestion): TrafficSummary {
  const concerned = samples.filter(({ at, latencyMs }) => at + latencyMs >= question.since);
  const lost = concerned.filter(({ error }) => error !== null);
  const kinds = [...new Set(concerned.flatMap(({ kind }) => kind ?? []))].toSorted();
  return {
    requests: concerned.length,
    lost: lost.length,
    lostReads: lost.filter(({ method }) => method === 'GET').length,
    lostWrites: lost.filter(({ method }) => method === 'POST').length,
    recoveredAt: recoveredAt(samples, question),
    ...(kinds.length > 1 && { byKind: kinds.map((kind) => ofKind(kind, samples, question)) }),
  };
}

function ofKind(kind: string, samples: readonly Sample[], question: RecoveryQuestion): CallersOfKind {
  const { requests, lost, recoveredAt } = trafficSummary(
    samples.filter((sample) => sample.kind === kind).map(({ kind: _, ...sample }) => sample),
    question,
  );
  return { kind, requests, lost, recoveredAt };
}

function lastOf(samples: readonly Sample[]): Instant {
  return samples.reduce((last, { at }) => Math.max(last, at), Number.NEGATIVE_INFINITY);
}
