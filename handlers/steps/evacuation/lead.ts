import type { Instant } from '../../../core/brand.ts';
import { shareOf } from '../../../core/routing.ts';
import type { Failover, Service } from '../../../core/service.ts';
import { readRouting } from '../read-routing.ts';
import { keepOut } from '../region/keep-out.ts';
import { leave, note } from '../region/leave.ts';
import { open } from '../region/open.ts';
import { survey } from '../region/survey.ts';
import { type EvacuationPorts, type EvacuationRun, type Led, mayGoOn, servicesBy } from './evacuation.ts';
import type { ToSwitch } from './switched.ts';

export interface LeadInput {
  readonly evacuation: EvacuationRun;
  readonly turns: readonly (readonly string[])[];
  readonly turn: number;
}

export interface Leading {
  readonly led: readonly Led[];
  /** Until when those have to be proved, in milliseconds. */
  readonly proveUntil: number;
  /** Those whose routing controls are written with those of others. */
  readonly toSwitch: readonly ToSwitch[];
  /** Names of those that take a run of their own. */
  readonly runs: readonly string[];
  /** When the first of what the writes rest on was seen, in milliseconds. */
  readonly evidenceAt: Instant;
  readonly aborted: boolean;
}

/** One turn: whom the override leads, out of the region or back into it, and who takes a run. */
export async function lead(
  { evacuation, turns, turn }: LeadInput,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Leading> {
  const nobody = { led: [], toSwitch: [], runs: [], proveUntil: 0, evidenceAt: 0 };
  if (!(await mayGoOn(evacuation, { progress: { turn: turn + 1 } }, ports))) return { ...nobody, aborted: true };
  const services = servicesBy(failover, turns[turn] ?? []);
  const leading =
    evacuation.direction === 'leave'
      ? await leadOut({ evacuation, turns, turn }, ports, failover)
      : await leadBack(evacuation, services, ports, failover);
  const timeoutMs = Math.max(0, ...services.map(({ policy }) => policy.verify.timeoutMs));
  return { ...leading, proveUntil: ports.clock.now() + timeoutMs, aborted: false };
}

type Leads = Pick<Leading, 'led' | 'runs' | 'toSwitch' | 'evidenceAt'>;

const nothingToSwitch = { toSwitch: [], evidenceAt: 0 };

async function leadOut(
  { evacuation, turns, turn }: LeadInput,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Leads> {
  const services = servicesBy(failover, turns[turn] ?? []);
  if (evacuation.rehearse) {
    const surveyed = await survey(services, evacuation.region, evacuation, ports, failover);
    const could = surveyed.filter(({ departure }) => departure.kind === 'override' || departure.kind === 'run');
    return { led: [], runs: could.map(({ service }) => service.name), ...nothingToSwitch };
  }
  const kept = turns.slice(turn + 1).flat();
  const left = await leave({ ...evacuation, services, kept }, ports, failover);
  await mayGoOn(evacuation, { left: left.led.map(({ service }) => service) }, ports);
  const shared = new Set(services.filter(mayShareCalls).map(({ name }) => name));
  const byControls = left.runs.filter(({ service }) => shared.has(service));
  return {
    led: left.led.map(({ service, override }) => ({ service, override })),
    toSwitch: byControls.map(({ service, to, prior }) => ({ service, to, prior })),
    runs: left.runs.map(({ service }) => service).filter((name) => !byControls.some(({ service }) => service === name)),
    evidenceAt: left.seenAt,
  };
}

/** Their calls are shared: a control is one of few that nobody is asked about first. */
const mayShareCalls = ({ lever, hooks }: Service): boolean => lever.kind === 'arc' && hooks.length === 0;

/** Back by their own weights where those stand behind the override; who was led out by a run goes back by one. */
async function leadBack(
  evacuation: EvacuationRun,
  services: Parameters<typeof survey>[0],
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Leads> {
  const { region } = evacuation;
  if (evacuation.rehearse) return { led: [], runs: services.map(({ name }) => name), ...nothingToSwitch };
  const { opened, stays } = await open({ ...evacuation, services }, ports, failover);
  if (stays.length > 0) {
    const said = stays.map(({ service, because }) => `${service} (${because})`).join('; ');
    await note(evacuation, 'named', stays, `stay out of ${region}: ${said}`, ports);
  }
  const rest = services.filter(({ name }) => !stays.some(({ service }) => service === name));
  // A person leads them there: who goes back alone is kept out no more.
  await keepOut(rest, { kind: 'unfence', region }, ports, 'services');
  const shares = await Promise.all(
    rest.map(async (service) => {
      const reading = await readRouting(service, ports);
      return { name: service.name, isThere: reading.kind === 'read' && shareOf(reading.routing.weights, region) > 0 };
    }),
  );
  const isThere = new Set(shares.filter((share) => share.isThere).map(({ name }) => name));
  return {
    led: opened.filter(({ service }) => isThere.has(service)),
    runs: shares.filter((share) => !share.isThere).map(({ name }) => name),
    ...nothingToSwitch,
  };
}
