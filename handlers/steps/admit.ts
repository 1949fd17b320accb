import { unreachable } from '../../core/brand.ts';
import type { Incident, Request } from '../../core/incident.ts';
import type { Refusal } from '../../core/ledger.ts';
import type { Failover } from '../../core/service.ts';
import { type BadEvent, readEvent } from '../parse/read-event.ts';
import type { Ports } from '../ports.ts';

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

/**
 * Takes the lease and a new epoch for one attempt to move a service, or says why not. The same execution may ask again
 * and is given the same incident: its start, not the clock, is when it was admitted.
 */
export async function admit(
  { event, execution }: AdmitInput,
  ports: Pick<Ports, 'clock' | 'ledger'>,
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
      const { mode, force } = request;
      const about = reading.eventId === null ? undefined : request.from;
      const command = { kind: 'acquire', holder: execution.arn, mode, force, policy: service.policy, about } as const;
      const outcome = await ports.ledger.change(service.name, command);
      if (outcome.kind === 'refused') {
        const { refusal: reason, because } = outcome;
        return refuse({ reason, because, service: service.name, request }, refusalId, ports, failover);
      }
      const { epoch, lease } = outcome.record;
      const isLook = lease?.purpose === 'look';
      const id = `${service.name}#${epoch}`;
      const incident: Incident = { ...request, id, epoch, holder: execution.arn, admittedAt: startedAt };
      await ports.ledger.append({
        id: `${id}/admitted`,
        service: service.name,
        incident: id,
        at: ports.clock.now(),
        text: `${id} admitted (${mode}${isLook ? ', to look alone' : ''}): ${request.reason}`,
        what: { kind: 'admitted', incident },
      });
      return { admitted: true, incident };
    }
    default:
      return unreachable(reading);
  }
}

/** Kept with the id of the event, so that an event delivered twice is refused once. */
async function refuse(
  refusal: RefusedRun,
  id: string,
  { clock, ledger }: Pick<Ports, 'clock' | 'ledger'>,
  failover: Failover,
): Promise<Admission> {
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
