import { disagreement } from '../../core/agreement.ts';
import type { Instant, Region } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { isOwnMove } from '../../core/hands.ts';
import { automationLimit } from '../../core/limit.ts';
import { type Standing, unreadiness } from '../../core/readiness.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { activeRegion, shareOf } from '../../core/routing.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../../core/service.ts';
import { isCurrent, type Sighting, sightingOf } from '../../core/sighting.ts';
import { isOpen } from '../../core/trouble.ts';
import type { Ports, RunInput } from '../ports.ts';
import { statusOfHolder } from './lease-holder.ts';
import { readRouting } from './read-routing.ts';
import { sentence } from './sentence.ts';
import { serviceOf } from './service-of.ts';
import { tendWaiting } from './tend-waiting.ts';
import { within } from './within.ts';

export interface Reconciled {
  readonly service: string;
  readonly outcome: 'started' | 'already' | 'nothing-to-do' | 'failed';
  readonly because: string;
}

/** What levers said last, by service. */
export type Sightings = Map<string, Sighting>;

export type ReconcilePorts = Pick<
  Ports,
  'clock' | 'wait' | 'log' | 'metrics' | 'ledger' | 'levers' | 'alarms' | 'starter' | 'notifiers' | 'executions'
>;

/**
 * Events tell of changes, and one that is lost tells nothing. So every minute this looks at how things are, and starts
 * the run that should be under way: away from an active region whose alarm is red, or home where the policy goes home by
 * itself. What keeps automation from moving keeps no run from looking, so that people hear. It tends what waits, and says in metrics who serves and whether another could. It decides nothing: the run looks again, with fresh eyes. Levers
 * are asked when it matters, and what they said is kept in `seen` between turns. Throws only when no service could be looked at.
 */
export async function reconcile(
  ports: ReconcilePorts,
  failover: Failover,
  seen: Sightings = new Map(),
): Promise<readonly Reconciled[]> {
  const results = await Promise.all(failover.services.map(({ name }) => reconcileOne(name, ports, failover, seen)));
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  for (const { service, because } of failed) ports.log.warn('service not reconciled', { service, because });
  if (failed.length === results.length) {
    throw new Error(
      `nothing was reconciled: ${failed.map(({ service, because }) => `${service}: ${because}`).join('; ')}`,
    );
  }
  return results;
}

/** One service in trouble keeps no other from being looked after. */
async function reconcileOne(
  name: string,
  ports: ReconcilePorts,
  failover: Failover,
  seen: Sightings,
): Promise<Reconciled> {
  const service = serviceOf(failover, name);
  try {
    const now = ports.clock.now();
    const record = await ports.ledger.read(name);
    const alarms = await within(alarmsMs, 'the alarms', ports.wait, () => ports.alarms.read(service));
    const before = seen.get(name);
    const sighting = isCurrent(before, record, alarms, service, now)
      ? before
      : sightingOf(await readRouting(service, ports), record, now);
    seen.set(name, sighting);
    const { routing } = sighting;
    measure(service, { record, routing, alarms }, ports, now);
    await tendWaiting(record, ports, now);
    const holder = await whoIsUnderWay(record, ports, now);
    if (holder !== null) return { service: name, outcome: 'nothing-to-do', because: `${holder} is under way` };
    const mayMove = automationLimit(record, { mode: 'automatic', force: false, policy: service.policy }, now) === null;

    // A lever that cannot be read must not keep a run from starting: it will hold, and tell people why.
    const active = routing.kind === 'read' ? activeRegion(routing.routing.weights) : record.activeRegion;
    const isOwn = disagreement(record, routing) === null && isOwnMove(record, active);
    const input = runFor(service, active ?? homeRegion(service), alarms, record, { mayMove, isOwn }, now);
    if (input === null) return { service: name, outcome: 'nothing-to-do', because: 'as it should be' };
    const outcome = await ports.starter.start(name, input, executionName(service, record, now));
    return { service: name, outcome, because: input.reason };
  } catch (error) {
    return { service: name, outcome: 'failed', because: sentence(error) };
  }
}

const alarmsMs = 8_000;

/** Every minute, whatever the answer, so that no news is news: who serves, and whether another could take over. */
function measure(service: Service, standing: Standing, { metrics, log }: ReconcilePorts, now: Instant): void {
  const { routing } = standing;
  if (routing.kind === 'read') {
    for (const region of regionNames(service)) {
      metrics.record(service.name, 'Share', shareOf(routing.routing.weights, region) * 100, region);
    }
  }
  const findings = unreadiness(standing, service, now);
  metrics.record(service.name, 'Ready', findings.length === 0 ? 1 : 0);
  if (findings.length > 0) log.warn('not ready', { service: service.name, findings });
}

/** A lease whose run is over keeps nobody out, nor does a rehearsal's: the run that is started takes it. */
async function whoIsUnderWay({ lease }: LedgerRecord, ports: ReconcilePorts, now: Instant): Promise<string | null> {
  if (lease === null || lease.expiresAt <= now || lease.purpose === 'rehearsal') return null;
  return (await statusOfHolder(lease.holder, ports)) === 'ended' ? null : lease.holder;
}

interface Freedom {
  readonly mayMove: boolean;
  /** Whether automation itself moved the service to where it is: only that it undoes. */
  readonly isOwn: boolean;
}

function runFor(
  service: Service,
  active: Region,
  readings: readonly AlarmReading[],
  { trouble, fences }: LedgerRecord,
  { mayMove, isOwn }: Freedom,
  now: Instant,
): RunInput | null {
  const red = readings.filter(({ region, state }) => region === active && state === 'ALARM');
  const run = { service: service.name, mode: 'automatic', requestedBy: 'reconciler' } as const;
  if (red.length > 0) {
    const observers = red.map(({ observer }) => observer).join(', ');
    return { ...run, from: active, reason: `the alarm of ${active} is red in ${observers} and no run is under way` };
  }

  // Nobody is red any more, or nobody can tell: the run finds out, and people hear when it is over.
  if (isOpen(trouble)) {
    return { ...run, from: active, reason: `people were told that ${service.name} is in trouble; it may be over` };
  }
  if (!mayMove) return null;

  const home = homeRegion(service);
  const { failback, quorum } = service.policy;
  if (!failback.automatic || active === home || !isOwn) return null;
  if (fences.some(({ region }) => region === home)) return null;
  const green = readings.filter(
    ({ region, state, since }) => region === home && state === 'OK' && now - since >= failback.greenForMs,
  );
  if (green.length < quorum) return null;
  return { ...run, from: active, to: home, reason: `${home} is green for ${failback.greenForMs} ms: going home` };
}

/** At most one a minute and epoch, whoever asks twice. At most 80 characters: a service's name has at most 40. */
function executionName({ name }: Service, { epoch }: LedgerRecord, now: Instant): string {
  return `reconcile-${name}-e${epoch}-${Math.floor(now / 60_000)}`;
}
