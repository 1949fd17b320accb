import type { Epoch, Instant, Region } from '../../../core/brand.ts';
import { chunks } from '../../../core/chunks.ts';
import type { Incident } from '../../../core/incident.ts';
import { leverTraits } from '../../../core/lever.ts';
import { atOnce, type Plan, planSteps } from '../../../core/plan.ts';
import type { Weights } from '../../../core/routing.ts';
import type { Failover, Service } from '../../../core/service.ts';
import type { Move } from '../../../core/verdict.ts';
import { conclude } from '../conclude.ts';
import type { Act } from '../ending.ts';
import type { Staying } from '../region/leave.ts';
import { rollback } from '../rollback.ts';
import { sentence } from '../sentence.ts';
import { type EvacuationPorts, type EvacuationRun, servicesBy } from './evacuation.ts';

/** A service whose routing controls are to be written, and what that rests on. */
export interface ToSwitch {
  readonly service: string;
  readonly to: Region;
  /** What its lever said. */
  readonly prior: Weights;
}

/** One whose controls were written, under its own epoch and a lease that the evacuation holds. */
export interface Switched extends ToSwitch {
  readonly epoch: Epoch;
  /** When the evidence was gathered, which is also when its incident began. */
  readonly at: Instant;
}

/** Services that work at their leases and writes at a time: enough that calls of ten controls are full at five endpoints. */
export const switchesAtOnce = 50;

export function incidentOf({ service, to, epoch, at }: Switched, evacuation: EvacuationRun): Incident {
  const { region: from, by: requestedBy, reason, force, holder } = evacuation;
  const id = `${service}#${epoch}`;
  return {
    id,
    service,
    mode: 'manual',
    from,
    to,
    reason,
    requestedBy,
    force,
    causedAt: at,
    epoch,
    holder,
    admittedAt: at,
  };
}

export function planOf({ to, prior }: ToSwitch, { region: from }: EvacuationRun, service: Service): Plan {
  const steps = planSteps(prior, from, to, atOnce, leverTraits[service.lever.kind]);
  return { from, to, prior: { epoch: null, weights: prior }, steps, prepare: [] };
}

/** Gives the lease back, and puts on record how it ended. People hear of the evacuation, and not of each of its services. */
export async function end(
  evacuation: EvacuationRun,
  switched: Switched,
  act: Act,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<void> {
  const [service] = servicesBy(failover, [switched.service]);
  if (service === undefined) return;
  const verdict: Move = {
    kind: 'move',
    diagnosis: 'healthy',
    plan: planOf(switched, evacuation, service),
    because: `everything leaves ${evacuation.region}: ${evacuation.reason}`,
    approval: null,
  };
  const execution = { arn: evacuation.holder, startTime: new Date(switched.at).toISOString() };
  const run = { incident: incidentOf(switched, evacuation), refusal: null, verdict, approval: null, act, error: null };
  try {
    await conclude({ ...run, execution }, { ...ports, notifiers: [] }, failover);
  } catch (error) {
    ports.log.warn('the lease was not given back; it runs out', { service: service.name, because: sentence(error) });
  }
}

/** Each of them on record as what it came to. */
export async function endAll(
  evacuation: EvacuationRun,
  switched: readonly Switched[],
  act: Act,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<void> {
  for (const some of chunks(switched, switchesAtOnce)) {
    await Promise.all(some.map((each) => end(evacuation, each, act, ports, failover)));
  }
}

/** Leads back what was not proved, unless the region that it left is bad. Resolves to those that are back. */
export async function undoAll(
  evacuation: EvacuationRun,
  switched: readonly Switched[],
  ports: EvacuationPorts,
  failover: Failover,
): Promise<{ readonly undone: readonly string[]; readonly unproven: readonly Staying[] }> {
  const undone: string[] = [];
  const unproven: Staying[] = [];
  for (const some of chunks(switched, switchesAtOnce)) {
    await Promise.all(
      some.map(async (each) => {
        const act = await undo(evacuation, each, ports, failover);
        if (act.ending === 'rolled-back') undone.push(each.service);
        else unproven.push({ service: each.service, because: act.because });
        await end(evacuation, each, act, ports, failover);
      }),
    );
  }
  return { undone, unproven };
}

async function undo(
  evacuation: EvacuationRun,
  switched: Switched,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Act> {
  const [service] = servicesBy(failover, [switched.service]);
  if (service === undefined) return { again: false, ending: 'failed', because: 'the configuration has lost it' };
  const plan = planOf(switched, evacuation, service);
  const because = 'it was not proved in time';
  try {
    const back = await rollback(
      { incident: incidentOf(switched, evacuation), plan, step: 0, because },
      ports,
      failover,
    );
    return { again: false, ending: back.outcome, because: back.because };
  } catch (error) {
    return { again: false, ending: 'rollback-failed', because: sentence(error) };
  }
}
