import type { Epoch, Instant } from './brand.ts';
import { isSuspicious } from './brown-out.ts';
import type { AlarmReading, RoutingReading } from './evidence.ts';
import { heldLease, type LedgerRecord } from './record.ts';
import { servingRegions } from './routing.ts';
import { homeRegion, type Service } from './service.ts';

/** What a lever said when it was asked last, and what the ledger said then. */
export interface Sighting {
  readonly routing: RoutingReading;
  readonly at: Instant;
  readonly epoch: Epoch;
  /** Whether a run had the lease: it may have moved since. */
  readonly underWay: boolean;
}

/** Between incidents nothing but a hand moves traffic; after this long that is seen too. */
export const sightingMaxAgeMs = 15 * 60_000;

export function sightingOf(routing: RoutingReading, record: LedgerRecord, now: Instant): Sighting {
  return { routing, at: now, epoch: record.epoch, underWay: heldLease(record, now) !== null };
}

/**
 * Whether what was seen still says who serves. Asking costs money, so it does while nothing happens; it does not where a run may be
 * started on it (something is red, or the way home is open), where a run has been since, or where the lever did not answer.
 */
export function isCurrent(
  seen: Sighting | undefined,
  record: LedgerRecord,
  alarms: readonly AlarmReading[],
  service: Service,
  now: Instant,
): seen is Sighting {
  if (seen === undefined || seen.routing.kind !== 'read') return false;
  if (now - seen.at >= sightingMaxAgeMs) return false;
  if (seen.underWay || seen.epoch !== record.epoch || heldLease(record, now) !== null) return false;
  if (alarms.some(({ state }) => state === 'ALARM') || isSuspicious(record, service, now)) return false;
  const serving = servingRegions(seen.routing.routing.weights);
  if (serving.length === 0) return false;
  return !service.policy.failback.automatic || serving.every((region) => region === homeRegion(service));
}
