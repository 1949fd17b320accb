import type { Instant } from '../../core/brand.ts';
import { periodsAt } from '../../core/calendar.ts';
import type { AlarmReading, Evidence, Readiness, RoutingReading } from '../../core/evidence.ts';
import { plannedFreezes } from '../../core/freeze.ts';
import type { Incident } from '../../core/incident.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { servingRegions } from '../../core/routing.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import type { Verdict } from '../../core/verdict.ts';
import { Fenced, LedgerUnavailable, Overdue } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { askReadiness } from './ask-readiness.ts';
import { alarmsOfDrill } from './drill.ts';
import { keepLease } from './lease.ts';
import { aimAtControl, aimsAtFrontDoor, aimsAtRegion, heeding, lookFromEverywhere } from './look.ts';
import { readAlarms, readUsers } from './read-alarms.ts';
import { readRouting } from './read-routing.ts';
import { sentence } from './sentence.ts';
import { serviceOf } from './service-of.ts';
import { within } from './within.ts';

export interface AssessInput {
  readonly incident: Incident;
  /** What the previous look of this run led to; null on the first one. */
  readonly previous: Verdict | null;
}

export interface Assessment {
  readonly evidence: Evidence;
  /** Null where the ledger does not say; whoever writes reads everything again. */
  readonly standing: Standing | null;
}

/**
 * What ledger and lever were like when the evidence was gathered. Whoever writes need not read again what did not change: both refuse
 * his write where it did.
 */
export interface Standing {
  /** Of the ledger's record in the evidence. */
  readonly version: string;
  /** The basis of a write; null where the lever compares with none. */
  readonly lever: string | null;
}

export type AssessPorts = Pick<
  Ports,
  'clock' | 'wait' | 'log' | 'ledger' | 'levers' | 'vantages' | 'alarms' | 'users' | 'drillAlarms' | 'hooks'
>;

/**
 * Gathers everything that the decision is made from, all at once, each part bounded in time. What does not answer is told
 * as silent, unreadable or not ready. Only without the ledger is there nothing to decide from: that throws.
 */
export async function assess(
  { incident, previous }: AssessInput,
  ports: AssessPorts,
  failover: Failover,
): Promise<Assessment> {
  const service = serviceOf(failover, incident.service);
  // Nothing in the evidence is older than this: the honest age of the whole is that of its oldest part.
  const gatheredAt = ports.clock.now();
  const aims = [
    // This look alone heeds the flag of a detection drill: every other one sees the truth.
    ...regionNames(service).flatMap((region) => heeding(aimsAtRegion(service, region), service, failover)),
    ...aimsAtFrontDoor(service),
    aimAtControl(failover, service),
  ];
  const looking = lookFromEverywhere(failover.observers, aims, service.policy.burst, ports);
  // The bursts take longest: whatever else is asked waits until their questions are on the wire.
  await ports.wait(0);
  const routingRead = readRouting(service, ports, { toWrite: true });
  const [looks, alarms, users, practice, reading, readiness, ledger] = await Promise.all([
    looking,
    alarmsIfRead(service, ports),
    readUsers(service, ports),
    ports.drillAlarms.read(alarmsOfDrill(incident, service, failover)),
    routingRead,
    routingRead.then((reading) => readinessOf(service, incident, reading, ports)),
    readLedger(service, incident, ports),
  ]);
  const earlier = previous?.kind === 'hold' ? previous.redSince : [];
  const { basis = null, ...routing } = reading;
  const version = ports.ledger.versionOf(ledger);
  return {
    evidence: {
      gatheredAt,
      ...looks,
      alarms,
      users,
      ...(practice.length > 0 && { practice }),
      earlier,
      routing,
      readiness,
      ledger,
      ...calendarAt(failover, service, gatheredAt),
    },
    standing: version === null ? null : { version, lever: basis },
  };
}

/** What the calendar says, where there is one. */
function calendarAt(failover: Failover, service: Service, at: Instant): Pick<Evidence, 'periods' | 'freezes'> {
  if (failover.calendar.length === 0) return {};
  return { periods: periodsAt(failover.calendar, at), freezes: plannedFreezes(failover, service, at) };
}

/** Alarms only lengthen what bursts have seen: without them the dwell counts from now. */
async function alarmsIfRead(service: Service, ports: AssessPorts): Promise<readonly AlarmReading[]> {
  try {
    return await readAlarms(service, ports);
  } catch (error) {
    ports.log.warn('alarms could not be read', { service: service.name, because: sentence(error) });
    return [];
  }
}

/** Renewing the lease reads the record too, strongly consistent: one call for both. */
async function readLedger(service: Service, incident: Incident, { ledger, wait }: AssessPorts): Promise<LedgerRecord> {
  try {
    const outcome = await within(ledgerMs, 'the ledger', wait, () => keepLease(ledger, incident, service.policy));
    if (outcome.kind === 'refused' && outcome.refusal === 'expired') {
      throw new Fenced(`${incident.id} must stop: ${outcome.because}`);
    }
    return outcome.record;
  } catch (error) {
    if (!(error instanceof Overdue)) throw error;
    throw new LedgerUnavailable(`the ledger of ${service.name} did not answer`, { cause: error });
  }
}

const ledgerMs = 15_000;

async function readinessOf(
  service: Service,
  incident: Incident,
  routing: RoutingReading,
  ports: AssessPorts,
): Promise<readonly Readiness[]> {
  // A lever that cannot be read holds the run whatever a hook says.
  if (routing.kind === 'unreadable') return [];
  // Of several regions with a share any may be the one to leave, and the others be where to go.
  const serving = servingRegions(routing.routing.weights);
  const from = incident.from ?? (serving.length === 1 ? (serving[0] ?? null) : null);
  const candidates = incident.to === undefined ? regionNames(service) : [incident.to];
  return askReadiness(
    service,
    candidates.filter((region) => region !== from),
    { incident, from },
    ports,
  );
}
