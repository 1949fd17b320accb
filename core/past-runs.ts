import type { Instant, Region } from './brand.ts';
import type { Entry } from './entry.ts';
import { type Ending, isGoodEnding, type Mode } from './incident.ts';

/** A run that was admitted, as one line of history. */
export interface PastRun {
  readonly incident: string;
  readonly service: string;
  readonly at: Instant;
  readonly mode: Mode;
  readonly requestedBy: string;
  readonly reason: string;
  /** The way that was decided last; null where the run never decided to move. */
  readonly from: Region | null;
  readonly to: Region | null;
  /** Null where the run is under way, or could not write down how it ended. */
  readonly ending: Ending | null;
  readonly headline: string | null;
  readonly tookMs: number | null;
}

/** Oldest first. Refused runs are none: they did nothing and saw nothing. */
export function pastRuns(entries: readonly Entry[]): readonly PastRun[] {
  const runs = new Map<string, PastRun>();
  for (const { at, incident, service, text, what } of entries) {
    if (what.kind === 'admitted') {
      const { id, mode, requestedBy, reason } = what.incident;
      const unknown = { from: null, to: null, ending: null, headline: null, tookMs: null };
      runs.set(id, { incident: id, service, at, mode, requestedBy, reason, ...unknown });
    }
    const run = incident === null ? undefined : runs.get(incident);
    if (run === undefined) continue;
    if (what.kind === 'decided' && what.verdict.kind === 'move') {
      const { from, to } = what.verdict.plan;
      runs.set(run.incident, { ...run, from, to });
    }
    if (what.kind === 'concluded') {
      runs.set(run.incident, { ...run, ending: what.ending, headline: text, tookMs: what.durationMs });
    }
  }
  return [...runs.values()];
}

/** The last time that a move was practised or made by a person, and proven: with traffic, or without. */
export function lastPractice(runs: readonly PastRun[]): PastRun | null {
  return runs.findLast(({ mode, ending }) => mode !== 'automatic' && ending !== null && isGoodEnding(ending)) ?? null;
}
