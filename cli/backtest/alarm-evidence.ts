import type { Instant, Region } from '../../core/brand.ts';
import type { AlarmReading, Evidence } from '../../core/evidence.ts';
import type { Observation } from '../../core/observation.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Weights } from '../../core/routing.ts';
import type { Hold } from '../../core/verdict.ts';
import type { AlarmState } from './history-page.ts';

/** How one alarm stands. */
export interface Reading {
  readonly observer: Region;
  /** Null for the front door. */
  readonly region: Region | null;
  readonly state: AlarmState;
  readonly since: Instant;
}

/**
 * What the alarms of an observer on one target say together, where several stand in for one: red is one that is red, and no data
 * is one without.
 */
export function together(readings: readonly Reading[]): Reading[] {
  const byTarget = Map.groupBy(readings, ({ observer, region }) => `${observer} ${region ?? 'front door'}`);
  return [...byTarget.values()].flatMap((alike) => {
    const red = alike.filter(({ state }) => state === 'ALARM').sort((a, b) => a.since - b.since);
    const blind = alike.filter(({ state }) => state === 'INSUFFICIENT_DATA');
    const [first] = red.length > 0 ? red : blind.length > 0 ? blind : alike.toSorted((a, b) => b.since - a.since);
    return first === undefined ? [] : [first];
  });
}

/** The evidence that alarms are: each stands in for a burst of its observer. Red is all bad, OK all good, no data nothing. */
export function alarmEvidence(
  readings: readonly Reading[],
  burstCount: number,
  weights: Weights,
  ledger: LedgerRecord,
  previous: Hold | null,
  now: Instant,
): Evidence {
  return {
    gatheredAt: now,
    observations: readings.flatMap((reading) => burstOf(reading, burstCount, now)),
    silent: [],
    alarms: readings.flatMap(({ region, ...rest }): AlarmReading[] => (region === null ? [] : [{ ...rest, region }])),
    earlier: previous?.redSince ?? [],
    routing: { kind: 'read', routing: { epoch: null, weights } },
    readiness: [],
    ledger,
  };
}

function burstOf({ observer, region, state }: Reading, count: number, at: Instant): Observation[] {
  if (state === 'INSUFFICIENT_DATA') return [];
  const seen: Observation = {
    observer,
    target: region === null ? { kind: 'front-door' } : { kind: 'regional', region },
    at,
    latencyMs: 0,
    outcome:
      state === 'OK'
        ? { kind: 'good', servedBy: region }
        : { kind: 'bad', because: 'status', detail: 'its alarm was red' },
  };
  return Array<Observation>(count).fill(seen);
}
