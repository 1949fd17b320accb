import { disagreement } from '../../core/agreement.ts';
import type { Instant, Region } from '../../core/brand.ts';
import { suspectOf } from '../../core/brown-out.ts';
import { type AlarmReading, saying } from '../../core/evidence.ts';
import { type Freeze, freezeOf, freezesNow } from '../../core/freeze.ts';
import { greenObservers } from '../../core/green.ts';
import { isOwnMove } from '../../core/hands.ts';
import { automationLimit } from '../../core/limit.ts';
import { type Standing, unreadiness } from '../../core/readiness.ts';
import { heldLease, type LedgerRecord, lastServing } from '../../core/record.ts';
import { servingRegions, shareOf } from '../../core/routing.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../../core/service.ts';
import type { Sighting } from '../../core/sighting.ts';
import { onlyOf } from '../../core/source.ts';
import { isOpen } from '../../core/trouble.ts';
import { type UserReading, usersRed, usersText } from '../../core/users.ts';
import type { Evacuations, Ports, RunInput } from '../ports.ts';
import { drillReturn } from './drill.ts';
import { statusOfHolder } from './lease-holder.ts';
import { readStanding } from './read-standing.ts';
import { sentence } from './sentence.ts';
import { serviceOf } from './service-of.ts';
import { tellUnderWay } from './tell-under-way.ts';
import { tendAlarms } from './tend-alarms.ts';
import { tendEvacuation } from './tend-evacuation.ts';
import { tendFleet } from './tend-fleet.ts';
import { tendProtection } from './tend-protection.ts';
import { tendStragglers } from './tend-stragglers.ts';
import { tendWaiting } from './tend-waiting.ts';

export interface Reconciled {
  readonly service: string;
  readonly outcome: 'started' | 'already' | 'nothing-to-do' | 'failed';
  readonly because: string;
}

/** What levers said last, by service. */
export type Sightings = Map<string, Sighting>;

export type ReconcilePorts = { readonly evacuations?: Evacuations | undefined } & Pick<
  Ports,
  | 'clock'
  | 'wait'
  | 'log'
  | 'metrics'
  | 'ledger'
  | 'levers'
  | 'alarms'
  | 'users'
  | 'drillAlarms'
  | 'arrivals'
  | 'starter'
  | 'notifiers'
  | 'executions'
  | 'hooks'
>;

/**
 * Events tell of changes, and one that is lost tells nothing. So every minute this looks at how things are, and starts
 * the run that should be under way: away from a region with a share whose alarm is red or whose answers were bad of late, or home
 * where the policy goes home by itself. What keeps automation from moving keeps no run from looking, so that people hear. It tends
 * what waits, and says in metrics who serves and whether another could. It decides nothing: the run looks again, with fresh eyes. Levers
 * are asked when it matters, and what they said is kept in `seen` between turns. Throws only when no service could be looked at.
 */
export async function reconcile(
  ports: ReconcilePorts,
  failover: Failover,
  seen: Sightings = new Map(),
): Promise<readonly Reconciled[]> {
  const [results] = await Promise.all([
    Promise.all(failover.services.map(({ name }) => reconcileOne(name, ports, failover, seen))),
    tendFleet(ports, ports.clock.now()),
    tendEvacuation(ports, ports.clock.now()),
  ]);
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
  let counting: Promise<unknown> | null = null;
  try {
    const now = ports.clock.now();
    const { standing, sighting } = await readStanding(service, seen.get(name), ports, now);
    seen.set(name, sighting);
    const { record, routing, alarms, users } = standing;
    measure(service, standing, ports, now);
    // Asked of the region that was left, which may be lost: nothing waits for it but the end of this turn.
    counting = Promise.all([
      tendStragglers(standing, service, failover, ports, now),
      tendProtection(standing, service, ports, now),
    ]);
    await Promise.all([
      tendWaiting(record, regionNames(service), ports, now),
      tendAlarms(record, service, { alarms, users }, failover, ports, now),
    ]);
    const holder = await whoIsUnderWay(record, ports, now);
    // A lever that cannot be read must not keep a run from starting: it will hold, and tell people why.
    const serving = routing.kind === 'read' ? servingRegions(routing.routing.weights) : lastServing(record, service);
    if (holder !== null) {
      // Who follows DNS is for minutes where the drill under way has led away from.
      const concerned = record.drill === null ? serving : [...new Set([...serving, record.drill.from])];
      // Canaries heed the flag of a detection drill; what is remembered of looks is the truth.
      const real = alarms.filter(({ region }) => region !== feignedRegion(record));
      await tellUnderWay(service, { record, alarms: real, serving: concerned }, ports, failover.notify, now);
      return { service: name, outcome: 'nothing-to-do', because: `${holder} is under way` };
    }
    const mayMove = automationLimit(record, { mode: 'automatic', force: false, policy: service.policy }, now) === null;
    const isOwn = disagreement(record, routing) === null && isOwnMove(record, serving[0] ?? null);
    const freezes = freezesNow(failover, service, record, now);
    const input =
      runFor(service, serving, { alarms, users }, record, { mayMove, isOwn, freezes }, now) ??
      (await drillReturn(record, service, failover, ports, now));
    if (input === null) return { service: name, outcome: 'nothing-to-do', because: 'as it should be' };
    const outcome = await ports.starter.start(name, input, executionName(service, record, now));
    return { service: name, outcome, because: input.reason };
  } catch (error) {
    return { service: name, outcome: 'failed', because: sentence(error) };
  } finally {
    await counting;
  }
}

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
  const { drilledAt } = standing.record;
  if (drilledAt !== null) metrics.record(service.name, 'DaysSinceSuccessfulDrill', (now - drilledAt) / dayMs);
  if (findings.length > 0) log.warn('not ready', { service: service.name, findings });
}

const dayMs = 24 * 3_600_000;

/** That a detection drill lets look ill: nobody is told of its alarms by us. */
const feignedRegion = ({ detection, drill }: LedgerRecord): Region | null =>
  detection?.region ?? (drill?.detects == null ? null : drill.from);

/** A lease whose run is over keeps nobody out, nor does a rehearsal's: the run that is started takes it. */
async function whoIsUnderWay(record: LedgerRecord, ports: ReconcilePorts, now: Instant): Promise<string | null> {
  const lease = heldLease(record, now);
  if (lease === null || lease.purpose === 'rehearsal') return null;
  return (await statusOfHolder(lease.holder, ports)) === 'ended' ? null : lease.holder;
}

interface Freedom {
  readonly mayMove: boolean;
  /** Whether automation itself moved the service to where it is: only that it undoes. */
  readonly isOwn: boolean;
  /** Change freezes that hold: nothing goes home into one. */
  readonly freezes: readonly Freeze[];
}

/** The run that should be under way, for whichever regions have a share; null where none should. */
function runFor(
  service: Service,
  serving: readonly Region[],
  { alarms: readings, users }: { readonly alarms: readonly AlarmReading[]; readonly users: readonly UserReading[] },
  record: LedgerRecord,
  { mayMove, isOwn, freezes }: Freedom,
  now: Instant,
): RunInput | null {
  const run = { service: service.name, mode: 'automatic', requestedBy: 'reconciler' } as const;
  if (serving.length === 0) return { ...run, reason: `the lever gives no region of ${service.name} any traffic` };
  const red = saying(readings).filter(({ region, state }) => serving.includes(region) && state === 'ALARM');
  if (red.length > 0) {
    const where = serving
      .map((name) => ({ name, by: red.filter(({ region }) => region === name).map(({ observer }) => observer) }))
      .filter(({ by }) => by.length > 0)
      .map(({ name, by }) => `the alarm of ${name} is red in ${by.join(', ')}`);
    return {
      ...run,
      ...leaving(red.map(({ region }) => region)),
      reason: `${where.join(' and ')} and no run is under way`,
    };
  }
  const unwell = serving.filter((region) => usersRed(users, region).length > 0);
  if (unwell.length > 0) {
    const which = unwell.flatMap((region) => usersRed(users, region));
    return {
      ...run,
      ...leaving(unwell),
      reason: `of what users see ${usersText(which)} is red and no run is under way`,
    };
  }
  // A brown-out shows in many looks or not at all, and alarms of one request a minute may miss it.
  const suspects = serving.filter((region) => suspectOf(record.looks, region, service, now));
  if (suspects.length > 0) {
    return {
      ...run,
      from: onlyOf(suspects),
      reason: `looks of late got bad answers from ${suspects.join(', ')}: looking on`,
    };
  }

  // Nobody is red any more, or nobody can tell: the run finds out, and people hear when it is over.
  if (isOpen(record.trouble)) {
    return {
      ...run,
      from: onlyOf(serving),
      reason: `people were told that ${service.name} is in trouble; it may be over`,
    };
  }
  if (!mayMove) return null;

  const home = homeRegion(service);
  const { failback, quorum } = service.policy;
  if (!failback.automatic || serving.includes(home) || !isOwn) return null;
  if (record.fences.some(({ region }) => region === home) || freezeOf(freezes, home) !== null) return null;
  if (greenObservers(readings, record, home, failback.greenForMs, now).length < quorum) return null;
  return { ...run, from: serving[0], to: home, reason: `${home} is green for ${failback.greenForMs} ms: going home` };
}

function leaving(regions: readonly Region[]): { readonly from?: Region } {
  const from = onlyOf(regions);
  return from === undefined ? {} : { from };
}

/** At most one a minute and epoch, whoever asks twice. At most 80 characters: a service's name has at most 40. */
function executionName({ name }: Service, { epoch }: LedgerRecord, now: Instant): string {
  return `reconcile-${name}-e${epoch}-${Math.floor(now / 60_000)}`;
}
