import fc from 'fast-check';
import { parseFailover } from '../../config/define-failover.ts';
import { epoch, type Instant, type Region, region } from '../../core/brand.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import type { Memory } from '../../core/memory.ts';
import type { Observation, Outcome, Target } from '../../core/observation.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import type { Weights } from '../../core/routing.ts';
import type { Failover, Hook, Policy, Service } from '../../core/service.ts';
import type { UserReading } from '../../core/users.ts';
import example from '../../understudy.config.ts';

/** The vocabulary of the tests: one small world, and how it may look. */
export const home = region('us-east-1');
export const standby = region('us-west-2');
export const observers = [region('us-east-2'), region('us-west-2'), region('ca-central-1')] as const;
export const t0: Instant = Date.UTC(2026, 10, 20, 3, 0, 0);

/** The example, whose services are only read here: a test of writes says so. */
export const failover: Failover = parseFailover({
  ...example,
  services: example.services.map((service) => ({ ...service, writeProbe: undefined })),
});

export function serviceNamed(name: string, of: Failover = failover): Service {
  const service = of.services.find((candidate) => candidate.name === name);
  if (service === undefined) throw new Error(`no service ${name} in the example`);
  return service;
}

export const orders = serviceNamed('orders');

/** One that would be called before a move. */
export const prepareHook: Hook = {
  name: 'promote',
  when: ['prepare'],
  functionArn: 'arn',
  timeoutMs: 1,
  retries: 0,
  onFailure: 'abort',
  safeInRehearsal: false,
};

export const withPolicy = (service: Service, policy: Partial<Policy>): Service => ({
  ...service,
  policy: { ...service.policy, ...policy },
});

export const regional = (name: Region): Target => ({ kind: 'regional', region: name });
export const frontDoor: Target = { kind: 'front-door' };
export const control: Target = { kind: 'control' };

/** What an observer saw of a target: all good, all bad, some of each, or nothing. */
export type Sight = 'good' | 'bad' | 'mixed' | 'none';

export const goodAnswer: Outcome = { kind: 'good', servedBy: null };
export const badAnswer: Outcome = { kind: 'bad', because: 'refused', detail: 'connect ECONNREFUSED' };

export function burstOf(observer: Region, target: Target, sight: Sight, at: Instant = t0, count = 3): Observation[] {
  if (sight === 'none') return [];
  return Array.from({ length: count }, (_, index) => ({
    observer,
    target,
    at: at - (count - 1 - index),
    latencyMs: 20,
    outcome: sight === 'good' || (sight === 'mixed' && index === 0) ? goodAnswer : badAnswer,
  }));
}

/** The same evidence with what the observers saw of writes to the standby; everything else takes them well. */
export function withWrites(evidence: Evidence, toStandby: readonly Sight[]): Evidence {
  const writes = observers.flatMap((observer, index) => [
    ...burstOf(observer, { kind: 'regional', region: home, request: 'write' }, 'good', evidence.gatheredAt),
    ...burstOf(
      observer,
      { kind: 'regional', region: standby, request: 'write' },
      toStandby[index] ?? 'good',
      evidence.gatheredAt,
    ),
    ...burstOf(observer, { kind: 'front-door', request: 'write' }, 'good', evidence.gatheredAt),
  ]);
  return { ...evidence, observations: [...evidence.observations, ...writes] };
}

/** A whole view: what every observer saw of the home region, the standby, the front door and the control target. */
export interface View {
  readonly home: Sight;
  readonly standby: Sight;
  readonly frontDoor: Sight;
  readonly control: Sight;
}

export const allGood: View = { home: 'good', standby: 'good', frontDoor: 'good', control: 'good' };
export const homeDown: View = { home: 'bad', standby: 'good', frontDoor: 'bad', control: 'good' };
export const standbyDown: View = { home: 'good', standby: 'bad', frontDoor: 'good', control: 'good' };
export const isolated: View = { home: 'bad', standby: 'bad', frontDoor: 'bad', control: 'bad' };
export const bothDown: View = { home: 'bad', standby: 'bad', frontDoor: 'bad', control: 'good' };
export const silent: View = { home: 'none', standby: 'none', frontDoor: 'none', control: 'none' };

export function evidenceOf(
  views: readonly View[],
  {
    at = t0,
    weights = { [home]: 1000, [standby]: 0 },
    ledger = heldRecord(),
    alarms = [],
    earlier = [],
    readiness = [],
  }: {
    at?: Instant;
    weights?: Weights;
    ledger?: LedgerRecord;
    alarms?: Evidence['alarms'];
    earlier?: Evidence['earlier'];
    readiness?: Evidence['readiness'];
  } = {},
): Evidence {
  return {
    gatheredAt: at,
    observations: views.flatMap((view, index) => {
      const observer = observers[index];
      if (observer === undefined) return [];
      return [
        ...burstOf(observer, regional(home), view.home, at),
        ...burstOf(observer, regional(standby), view.standby, at),
        ...burstOf(observer, frontDoor, view.frontDoor, at),
        ...burstOf(observer, control, view.control, at),
      ];
    }),
    silent: [],
    alarms,
    earlier,
    routing: { kind: 'read', routing: { epoch: epoch(0), weights } },
    readiness,
    ledger,
  };
}

/** An alarm on what users of home see, red for a minute unless it is said otherwise. */
export const usersSay = (change: Partial<UserReading> = {}): UserReading => ({
  region: home,
  alarm: 'checkout-5xx',
  in: home,
  says: 'vote',
  state: 'ALARM',
  since: t0 - 60_000,
  muted: false,
  ...change,
});

/** What every observer remembers of one region: so many good and bad probes, all of them a moment ago. */
export const remembered = (region: Region, good: number, bad: number, at: Instant = t0 - 5_000): Memory[] =>
  observers.map((observer) => ({
    observer,
    region,
    request: 'read',
    goodAt: good > 0 ? at : null,
    badAt: bad > 0 ? at : null,
    counts: [{ at, good, bad }],
  }));

export const holder = 'arn:aws:states:us-west-2:123456789012:execution:understudy-failover:run-1';

export function heldRecord(change: Partial<LedgerRecord> = {}): LedgerRecord {
  return {
    ...freshRecord('orders'),
    epoch: epoch(1),
    lease: { holder, mode: 'automatic', purpose: 'move', expiresAt: t0 + 600_000, attempt: null },
    ...change,
  };
}

export function incidentOf(change: Partial<Incident> = {}): Incident {
  return {
    id: 'orders#1',
    service: 'orders',
    epoch: epoch(1),
    holder,
    mode: 'automatic',
    reason: 'alarm understudy-orders-us-east-1',
    requestedBy: 'alarm',
    force: false,
    causedAt: t0,
    admittedAt: t0,
    ...change,
  };
}

export const sight: fc.Arbitrary<Sight> = fc.constantFrom('good', 'bad', 'mixed', 'none');
export const view: fc.Arbitrary<View> = fc.record({ home: sight, standby: sight, frontDoor: sight, control: sight });
export const views: fc.Arbitrary<View[]> = fc.array(view, { minLength: 3, maxLength: 3 });
