import type { Region } from '../../../core/brand.ts';
import { chunks } from '../../../core/chunks.ts';
import { type Departure, departureOf, type Situation } from '../../../core/departure.ts';
import type { RoutingReading } from '../../../core/evidence.ts';
import { assessTarget, healthRules } from '../../../core/health.ts';
import { freshRecord, type LedgerRecord } from '../../../core/record.ts';
import { shareOf } from '../../../core/routing.ts';
import { type Failover, regionNames, type Service } from '../../../core/service.ts';
import type { Ports } from '../../ports.ts';
import { aimsAtRegion } from '../look.ts';
import { lookAtMany } from '../look-at-many.ts';
import { readRouting } from '../read-routing.ts';
import { sentence } from '../sentence.ts';

export type SurveyPorts = Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'levers' | 'vantages'>;

/** What was found out about a service that is to leave a region. */
export interface Surveyed {
  readonly service: Service;
  readonly departure: Departure;
}

/** Services whose record and lever are read at a time. */
const readsAtOnce = 50;

/**
 * How each of the services would leave `from` now, or why it would stay: ledger, lever and fresh probes of the regions that it would go
 * to, asked of every observer. Writes nothing. A ledger that does not answer keeps nobody in a region that is to be left.
 */
export async function survey(
  services: readonly Service[],
  from: Region,
  { force }: { readonly force: boolean },
  ports: SurveyPorts,
  failover: Failover,
): Promise<readonly Surveyed[]> {
  const known: { service: Service; ledger: LedgerRecord; routing: RoutingReading }[] = [];
  for (const some of chunks(services, readsAtOnce)) {
    known.push(...(await Promise.all(some.map((service) => readBoth(service, ports)))));
  }
  const there = known.filter(({ routing }) => isThere(routing, from));
  const seen = await lookAtMany(
    there.map(({ service }) => ({
      service,
      aims: othersOf(service, from).flatMap((region) => aimsAtRegion(service, region)),
    })),
    failover,
    ports,
  );
  const now = ports.clock.now();
  return known.map(({ service, ledger, routing }) => {
    const rules = healthRules(service, failover.observers);
    const observed = { observations: seen.get(service.name) ?? [], alarms: [], earlier: [] };
    const candidates: Situation['candidates'] = othersOf(service, from).map((region) => ({
      region,
      health: assessTarget(observed, { kind: 'regional', region }, rules, now),
    }));
    return { service, departure: departureOf(service, from, { routing, ledger, candidates }, { force, now }) };
  });
}

async function readBoth(service: Service, ports: SurveyPorts) {
  const [ledger, routing] = await Promise.all([
    ports.ledger.read(service.name).catch((error: unknown) => {
      ports.log.warn('the record was not read', { service: service.name, because: sentence(error) });
      return freshRecord(service.name);
    }),
    readRouting(service, ports),
  ]);
  return { service, ledger, routing };
}

const isThere = (routing: RoutingReading, region: Region): boolean =>
  routing.kind === 'read' && shareOf(routing.routing.weights, region) > 0;

const othersOf = (service: Service, region: Region): readonly Region[] =>
  regionNames(service).filter((name) => name !== region);
