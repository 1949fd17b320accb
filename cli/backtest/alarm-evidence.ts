import type { Instant, Region } from '../../core/brand.ts';
import type { AlarmReading, Evidence } from '../../core/evidence.ts';
import type { LedgerRecord } from '../../core/ledger.ts';
import type { Observation } from '../../core/observation.ts';
import type { Weights } from '../../core/routing.ts';
import type { Hold } from '../../core/verdict.ts';
import type { AlarmState } from './alarm-history.ts';

/** How one alarm stands. */
export interface Reading {
  readonly observer: Region;
  /** Null for the front door. */
  readonly region: Region | null;
  readonly state: AlarmState;
  readonly since: Instant;
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
