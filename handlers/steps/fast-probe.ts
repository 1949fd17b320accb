import type { Instant, Region } from '../../core/brand.ts';
import { isIsolated } from '../../core/health.ts';
import type { Observation } from '../../core/observation.ts';
import { type LedgerRecord, lastServing } from '../../core/record.ts';
import type { Failover, Service } from '../../core/service.ts';
import { onlyOf } from '../../core/source.ts';
import type { Aim, Ports } from '../ports.ts';
import { aimAtControl, aimAtRegion, heeding } from './look.ts';
import { sentence } from './sentence.ts';

export type FastProbePorts = Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'starter'> & {
  /** One probe at each target, from here. */
  readonly look: (aims: readonly Aim[]) => Promise<readonly Observation[]>;
};

export interface Suspicion {
  readonly service: string;
  readonly outcome: 'started' | 'already' | 'nothing-to-do' | 'failed';
  readonly because: string;
}

/** Rounds start this far apart while all is well; an answer that takes longer puts off the next one. */
const everyMs = 3_000;

/** The same after a bad one, until it is known what the matter is. */
const soonMs = 250;

/** Rounds in a row: one lost packet is no outage. That it lasts is for the run to see, by its dwell. */
const redInARow = 3;

/** As long as the schedule's period: the next call goes on where this one ends. */
const loopMs = 60_000;

/** A streak that is under way when the minute ends is seen to its end, within what the function has left. */
const lateMs = 15_000;

/**
 * Looks at every region of every service that has a share, as far as the ledger knows, every three seconds for a minute, and four times a
 * second where an answer was bad. It starts a run as soon as three were bad in a row while the control target could be reached. It decides
 * nothing: the run asks every observer.
 */
export async function fastProbe(
  ports: FastProbePorts,
  failover: Failover,
  observer: Region,
): Promise<readonly Suspicion[]> {
  const endsAt = ports.clock.now() + loopMs;
  const all = await Promise.all(failover.services.map((service) => watch(service, endsAt, ports, failover, observer)));
  return all.flat();
}

async function watch(
  service: Service,
  endsAt: Instant,
  ports: FastProbePorts,
  failover: Failover,
  observer: Region,
): Promise<Suspicion[]> {
  const suspicions: Suspicion[] = [];
  const { clock, wait, log } = ports;
  const streaks = new Map<Region, number>();
  const isUnderWay = () => [...streaks.values()].some((bad) => bad > 0 && bad < redInARow);
  const goesOn = (at: Instant) => at < endsAt || (isUnderWay() && at < endsAt + lateMs);
  for (
    let startsAt = clock.now();
    goesOn(startsAt);
    startsAt = Math.max(startsAt + (isUnderWay() ? soonMs : everyMs), clock.now())
  ) {
    await wait(Math.max(0, startsAt - clock.now()));
    try {
      const record = await ports.ledger.read(service.name);
      const serving = lastServing(record, service);
      const red = await redOf(serving, service, ports, failover);
      for (const region of serving) streaks.set(region, red.includes(region) ? (streaks.get(region) ?? 0) + 1 : 0);
      // Once a streak: the machine and the reconciler take it from here.
      const due = serving.filter((region) => streaks.get(region) === redInARow);
      if (due.length > 0) suspicions.push(await suspect(due, record, service, ports, observer));
    } catch (error) {
      log.warn('service not probed', { service: service.name, because: sentence(error) });
      suspicions.push({ service: service.name, outcome: 'failed', because: sentence(error) });
    }
  }
  return suspicions;
}

async function suspect(
  regions: readonly Region[],
  record: LedgerRecord,
  service: Service,
  { clock, starter }: FastProbePorts,
  observer: Region,
): Promise<Suspicion> {
  const reason = `${regions.join(' and ')} was bad ${redInARow} times in a row, ${soonMs} ms apart, as seen from ${observer}`;
  const input = {
    service: service.name,
    mode: 'automatic',
    from: onlyOf(regions),
    reason,
    requestedBy: 'fast probe',
  } as const;
  const name = `probe-${service.name}-e${record.epoch}-${Math.floor(clock.now() / 60_000)}`;
  return { service: service.name, outcome: await starter.start(service.name, input, name), because: reason };
}

/** Which of the regions are bad. An observer that reaches nothing at all has lost its own network, and suspects nobody. */
async function redOf(
  regions: readonly Region[],
  service: Service,
  ports: FastProbePorts,
  failover: Failover,
): Promise<readonly Region[]> {
  const aims = heeding(
    regions.flatMap((region) => aimAtRegion(service, region) ?? []),
    service,
    failover,
  );
  if (aims.length === 0) return [];
  const seen = await ports.look([...aims, aimAtControl(failover, service)]);
  if (isIsolated(seen)) return [];
  return seen.flatMap(({ target, outcome }) =>
    target.kind === 'regional' && outcome.kind === 'bad' ? [target.region] : [],
  );
}
