import type { Instant } from './brand.ts';
import type { Entry } from './entry.ts';
import type { AlarmReading, RoutingReading } from './evidence.ts';
import { freezesNow } from './freeze.ts';
import { coolsUntil } from './limit.ts';
import { outlook } from './outlook.ts';
import { protectionOf } from './protection.ts';
import { type LedgerRecord, pendingQuestion } from './record.ts';
import type { Failover, Service } from './service.ts';
import type { ServiceState } from './service-state.ts';
import { type FreshLook, standings } from './standings.ts';
import type { Stragglers } from './stragglers.ts';
import type { UserReading } from './users.ts';

/** What was read of a service. */
export interface Known {
  readonly record: LedgerRecord;
  readonly routing: RoutingReading;
  readonly alarms: readonly AlarmReading[];
  readonly users: readonly UserReading[];
  /** Entries of the run that looked last. */
  readonly looks: readonly Entry[];
  readonly fresh?: FreshLook | undefined;
  /** Absent where nothing counts them or can be asked. */
  readonly stragglers?: Stragglers | null;
}

/** All that there is to say of a service, from what was read of it. */
export function knownState(known: Known, service: Service, failover: Failover, now: Instant): ServiceState {
  const { record, routing, alarms, users, looks, fresh, stragglers } = known;
  const health = standings(service, failover.observers, alarms, looks, now, fresh);
  const freezes = freezesNow(failover, service, record, now);
  const bad = health.filter(({ state }) => state === 'bad').map(({ target }) => target);
  return {
    service: service.name,
    question: pendingQuestion(record, now),
    health,
    routing,
    outlook: outlook({ record, routing, alarms, users }, service, now, bad, freezes),
    ledger: record,
    freezes,
    protection: protectionOf({ record, routing, alarms, users }, service, now),
    ...(users.length > 0 && { users }),
    ...(stragglers !== undefined && { stragglers }),
    shadow: service.policy.shadow,
    coolsUntil: coolsUntil(record, service.policy, now),
  };
}
