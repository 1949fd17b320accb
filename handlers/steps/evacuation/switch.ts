import type { Instant } from '../../../core/brand.ts';
import { chunks } from '../../../core/chunks.ts';
import type { Failover } from '../../../core/service.ts';
import { type Admission, admit } from '../admit.ts';
import type { Act } from '../ending.ts';
import { note } from '../region/leave.ts';
import { sentence } from '../sentence.ts';
import { type Shift, type ShiftOutcome, shift } from '../shift.ts';
import { type EvacuationPorts, type EvacuationRun, mayGoOn, servicesBy } from './evacuation.ts';
import { end, planOf, type Switched, switchesAtOnce, type ToSwitch } from './switched.ts';

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
