import type { Epoch, Instant, Region } from '../../../core/brand.ts';
import { chunks } from '../../../core/chunks.ts';
import type { Incident } from '../../../core/incident.ts';
import { leverTraits } from '../../../core/lever.ts';
import { atOnce, type Plan, planSteps } from '../../../core/plan.ts';
import type { Weights } from '../../../core/routing.ts';
import type { Failover, Service } from '../../../core/service.ts';
import type { Move } from '../../../core/verdict.ts';
import { type Admission, admit } from '../admit.ts';
import { conclude } from '../conclude.ts';
import type { Act } from '../ending.ts';
import { note, type Staying } from '../region/leave.ts';
import { rollback } from '../rollback.ts';
import { sentence } from '../sentence.ts';
import { type Shift, type ShiftOutcome, shift } from '../shift.ts';
import { type EvacuationPorts, type EvacuationRun, mayGoOn, servicesBy } from './evacuation.ts';

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

export interface SwitchInput {
  readonly evacuation: EvacuationRun;
  readonly toSwitch: readonly ToSwitch[];
  readonly evidenceAt: Instant;
  /** Names of those that take a run of their own. */
  readonly rest: readonly string[];
}

export interface Switching {
  readonly switched: readonly Switched[];
  /** With those that found the world changed: a run of their own looks afresh. */
  readonly runs: readonly string[];
  readonly aborted: boolean;
}

/** Services that work at their leases and writes at a time: enough that calls of ten controls are full at five endpoints. */
const switchesAtOnce = 50;

/**
 * Writes the routing controls of many services, each by the steps of its own run: admitted with an epoch and a lease, which is renewed right
 * before the write, compared, written, read back. Only the calls are shared, so that ten controls take one.
 */
export async function switchControls(
  { evacuation, toSwitch, evidenceAt, rest }: SwitchInput,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Switching> {
  if (!(await mayGoOn(evacuation, {}, ports))) return { switched: [], runs: [], aborted: true };
  // Before the write: whoever takes this over knows what has to be brought back.
  await mayGoOn(evacuation, { left: toSwitch.map(({ service }) => service) }, ports);
  const switched: Switched[] = [];
  const runs = [...rest];
  const stay: string[] = [];
  for (const some of chunks(toSwitch, switchesAtOnce)) {
    await Promise.all(
      some.map(async (each) => {
        const became = await switchOne(evacuation, each, evidenceAt, ports, failover);
        if (became.kind === 'switched') switched.push(became.switched);
        else (became.kind === 'run' ? runs : stay).push(each.service);
      }),
    );
  }
  const named = switched.map(({ service }) => ({ service }));
  if (switched.length > 0) {
    await note(evacuation, 'wrote', named, `switched routing controls out of ${evacuation.region}`, ports);
  }
  const there = toSwitch.map(({ service }) => service).filter((name) => !named.some(({ service }) => service === name));
  if (there.length > 0) await mayGoOn(evacuation, { back: there }, ports);
  return { switched, runs, aborted: false };
}

type Became =
  | { readonly kind: 'switched'; readonly switched: Switched }
  | { readonly kind: 'run' }
  | { readonly kind: 'stays' };

async function switchOne(
  evacuation: EvacuationRun,
  each: ToSwitch,
  at: Instant,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Became> {
  const [service] = servicesBy(failover, [each.service]);
  if (service === undefined) return { kind: 'stays' };
  let admission: Admission;
  try {
    admission = await admitted(evacuation, each, at, ports, failover);
  } catch (error) {
    ports.log.warn('not admitted', { service: each.service, because: sentence(error) });
    return { kind: 'run' };
  }
  // A run says in its own words who holds it, or that it is paused.
  if (!admission.admitted) return { kind: 'run' };
  const { incident } = admission;
  const switched = { ...each, epoch: incident.epoch, at };
  const plan = planOf(switched, evacuation, service);
  let shifted: Shift;
  try {
    shifted = await shiftTwice({ incident, plan, step: 0, evidenceAt: at }, ports, failover);
  } catch (error) {
    // Nobody knows what the lever says: it is looked at like all others, and led back where it cannot be proved.
    ports.log.warn('not known to be switched', { service: each.service, because: sentence(error) });
    return { kind: 'switched', switched };
  }
  if (shifted.outcome === 'accepted' || shifted.outcome === 'unchanged') return { kind: 'switched', switched };
  const act = actOf(shifted);
  await end(evacuation, switched, act, ports, failover);
  return { kind: act.again ? 'run' : 'stays' };
}

/** What a machine would retry: the step finds out itself what an attempt without an answer came to. */
async function shiftTwice(...given: Parameters<typeof shift>): Promise<Shift> {
  try {
    return await shift(...given);
  } catch {
    return shift(...given);
  }
}

function actOf({ outcome, because }: Shift): Act {
  if (isOvertaken.has(outcome)) return { again: true, ending: null, because };
  if (outcome === 'fenced' || outcome === 'moved-by-hand') return { again: false, ending: 'fenced', because };
  return { again: false, ending: outcome === 'paused' ? 'held' : 'failed', because };
}

/** The world moved on between the evidence and the write. */
const isOvertaken: ReadonlySet<ShiftOutcome> = new Set(['stale', 'moved-meanwhile', 'too-late']);

const admitted = (
  { region: from, by: requestedBy, reason, force, holder: arn }: EvacuationRun,
  { service, to }: ToSwitch,
  at: Instant,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Admission> => {
  const event = { service, mode: 'manual', from, to, reason, requestedBy, force };
  return admit({ event, execution: { arn, startTime: new Date(at).toISOString() } }, ports, failover);
};

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

/** Those that were proved, each on record as what it is. */
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
