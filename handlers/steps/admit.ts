import { disagreement } from '../../core/agreement.ts';
import { type Epoch, epoch, type Region, unreachable } from '../../core/brand.ts';
import type { Drill } from '../../core/drill-record.ts';
import type { Entry } from '../../core/entry.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import type { Incident, Request } from '../../core/incident.ts';
import type { LedgerOutcome, Refusal } from '../../core/ledger-command.ts';
import type { Failover, Service } from '../../core/service.ts';
import { LedgerUnavailable } from '../errors.ts';
import { type BadEvent, readEvent } from '../parse/read-event.ts';
import type { Ports } from '../ports.ts';
import { appendDrilled } from './drill.ts';
import { endedHolder } from './lease-holder.ts';
import { readRouting } from './read-routing.ts';

export interface AdmitInput {
  /** Whatever the execution was started with. */
  readonly event: unknown;
  readonly execution: Execution;
}

export interface Execution {
  readonly arn: string;
  /** ISO 8601. */
  readonly startTime: string;
}

export type Admission =
  | { readonly admitted: true; readonly incident: Incident }
  | { readonly admitted: false; readonly refusal: RefusedRun };

export interface RefusedRun {
  readonly reason: BadEvent | Refusal;
  readonly because: string;
  readonly service: string | null;
  readonly request: Request | null;
}

type AdmitPorts = Pick<Ports, 'clock' | 'wait' | 'ledger' | 'levers' | 'executions'>;

/**
 * Takes the lease and a new epoch for one attempt to move a service, or says why not. The same execution may ask again
 * and is given the same incident: its start, not the clock, is when it was admitted.
 */
export async function admit(
  { event, execution }: AdmitInput,
  ports: AdmitPorts,
  failover: Failover,
): Promise<Admission> {
  const startedAt = Date.parse(execution.startTime);
  const reading = readEvent(event, startedAt, failover, ports.clock.now());
  const refusalId = `refused/${reading.eventId ?? execution.arn}`;
  switch (reading.kind) {
    case 'refused': {
      const { reason, because, service, request } = reading;
      return refuse({ reason, because, service, request }, refusalId, ports, failover);
    }
    case 'request': {
      const { request, service } = reading;
      const outcome = await take(
        request,
        reading.eventId === null ? undefined : request.from,
        service,
        execution,
        ports,
      );
      if (outcome.kind === 'refused') {
        const { refusal: reason, because } = outcome;
        return refuse({ reason, because, service: service.name, request }, refusalId, ports, failover);
      }
      const { epoch, drill } = outcome.record;
      const id = idOf(service, epoch);
      return {
        admitted: true,
        incident: { ...request, ...wayBack(request, drill), id, epoch, holder: execution.arn, admittedAt: startedAt },
      };
    }
    default:
      return unreachable(reading);
  }
}

/** The way that the ledger keeps of it. */
const wayBack = ({ drill: order }: Request, drill: Drill | null): Pick<Request, 'from' | 'to'> =>
  order?.kind === 'return' && drill !== null ? { from: drill.to, to: drill.from } : {};

const idOf = ({ name }: Service, at: Epoch) => `${name}#${at}`;

/**
 * The epoch is one above the ledger's and the lever's, whichever is ahead: a hand moves the lever without the ledger. Both are read at
 * the same time, and a lever that does not answer keeps nobody out.
 */
async function take(
  request: Request,
  /** The region that an event is about. */
  about: Region | undefined,
  service: Service,
  execution: Execution,
  ports: AdmitPorts,
): Promise<LedgerOutcome> {
  const { mode, force } = request;
  const [known, reading] = await Promise.all([ports.ledger.read(service.name), readEpoch(service, ports)]);
  const lever = reading.kind === 'read' ? reading.routing : null;
  const command = {
    kind: 'acquire',
    holder: execution.arn,
    mode,
    force,
    policy: service.policy,
    lever,
    about,
    drill: request.drill,
  } as const;
  let outcome = await ports.ledger.change(service.name, command, known);
  const ended = await endedHolder(outcome, force && mode === 'manual', ports);
  if (ended !== null) outcome = await ports.ledger.change(service.name, { ...command, ended }, outcome.record);

  const apart = disagreement(known, reading);
  for (let leap = 1; outcome.kind === 'done'; leap *= 2) {
    const { epoch: at, lease } = outcome.record;
    const note = `${lease?.purpose === 'look' ? ', to look alone' : ''}): ${request.reason}${apart === null ? '' : `; ${apart}`}`;
    if (await isOnRecord(request, service, execution, at, note, ports)) break;
    if (leap > leapMax) throw new LedgerUnavailable(`no epoch of ${service.name} from ${at} on was found unused`);
    outcome = await ports.ledger.change(service.name, { ...command, ended, above: epoch(at + leap - 1) });
  }
  return outcome;
}

/** A ledger that lost its record may have lost some thousands of epochs. */
const leapMax = 4_096;

/** Only where the lever holds an epoch. Admission waits for nobody for long. */
async function readEpoch(service: Service, ports: AdmitPorts): Promise<RoutingReading> {
  if (service.lever.kind === 'arc') return { kind: 'unreadable', because: 'it holds no epoch' };
  return readRouting(service, ports, { boundMs: epochMs });
}

const epochMs = 1_500;

/**
 * Puts the incident on record before anything is done in its name. False where that name is another run's, of a time that the record has
 * forgotten: what was announced and concluded then would silence this one.
 */
async function isOnRecord(
  request: Request,
  service: Service,
  { arn, startTime }: Execution,
  at: Epoch,
  note: string,
  { ledger, clock }: AdmitPorts,
): Promise<boolean> {
  const id = idOf(service, at);
  const incident: Incident = { ...request, id, epoch: at, holder: arn, admittedAt: Date.parse(startTime) };
  const entry: Entry = {
    id: `${id}/admitted`,
    service: service.name,
    incident: id,
    at: clock.now(),
    text: `${id} admitted (${request.mode}${note}`,
    what: { kind: 'admitted', incident },
  };
  if ((await ledger.append(entry)) === 'appended') return true;
  const earlier = await ledger.find(service.name, id, entry.id);
  return earlier?.what.kind !== 'admitted' || earlier.what.incident.holder === arn;
}

/** A drill that nobody waits for: why it did not begin stands in the record, until the next one. */
async function skipPlanned(
  { request, service, reason, because }: RefusedRun,
  { clock, ledger }: Pick<Ports, 'clock' | 'ledger'>,
): Promise<void> {
  const order = request?.drill;
  if (order?.kind !== 'out' || order.plan === undefined || request === null || service === null) return;
  const id = `${order.plan}@${new Date(request.causedAt).toISOString()}`;
  const { record } = await ledger.change(service, { kind: 'skip-drill', id, plan: order.plan, gate: reason, because });
  const past = record.lastDrill;
  if (past?.incident !== id) return;
  await appendDrilled(past, service, null, clock.now(), ledger);
}

/** Kept with the id of the event, so that an event delivered twice is refused once. */
async function refuse(
  refusal: RefusedRun,
  id: string,
  { clock, ledger }: Pick<Ports, 'clock' | 'ledger'>,
  failover: Failover,
): Promise<Admission> {
  await skipPlanned(refusal, { clock, ledger });
  await ledger.append({
    id,
    // What is about no service of ours is kept under Understudy's own name.
    service: refusal.service ?? failover.name,
    incident: null,
    at: clock.now(),
    text: `refused (${refusal.reason}): ${refusal.because}`,
    what: { kind: 'refused', request: refusal.request, reason: refusal.reason },
  });
  return { admitted: false, refusal };
}
