import { shareOf } from '../../../core/routing.ts';
import type { Failover, Service } from '../../../core/service.ts';
import type { RunInput } from '../../ports.ts';
import { readRouting } from '../read-routing.ts';
import { note } from '../region/leave.ts';
import { sentence } from '../sentence.ts';
import { type EvacuationPorts, type EvacuationRun, mayGoOn, servicesBy } from './evacuation.ts';

/** One service's own run, which goes on. */
export interface Running {
  readonly service: string;
  readonly executionArn: string;
  /** When it was started, in milliseconds. */
  readonly since: number;
}

/** One that is over, and how it ended, in a word. */
export interface EndedRun {
  readonly service: string;
  readonly ending: string;
}

export interface RunsInput {
  readonly evacuation: EvacuationRun;
  readonly running: readonly Running[];
  /** Names of those that have not begun. */
  readonly rest: readonly string[];
  readonly ended: readonly EndedRun[];
}

export interface RunsNow extends Omit<RunsInput, 'evacuation'> {
  readonly aborted: boolean;
  /** Until the next look. */
  readonly waitSeconds: number;
}

/**
 * Looks who is done, keeps what levers say of them, and starts as many of the rest as have room, unless a person said stop: then what is under
 * way is waited for, and nothing begins.
 */
export async function runs(
  { evacuation, running, rest, ended }: RunsInput,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<RunsNow> {
  const looks = await Promise.all(running.map(async (run) => ({ run, look: await ports.runs.look(run.executionArn) })));
  const over = looks.flatMap(({ run: { service }, look: { status, ending } }) =>
    status === 'ended' ? [{ service, ending: ending ?? 'failed' }] : [],
  );
  const still = looks.flatMap(({ run, look }) => (look.status === 'ended' ? [] : [run]));
  const done = over.length === 0 ? [] : await keep(evacuation, over, ports, failover);
  const isOn = await mayGoOn(evacuation, evacuation.direction === 'leave' ? { left: done } : { back: done }, ports);
  const begin = isOn ? rest.slice(0, Math.max(0, evacuation.atOnce - still.length)) : [];
  const begun = await Promise.all(servicesBy(failover, begin).map((service) => startRun(evacuation, service, ports)));
  const now = [...still, ...begun.flatMap(({ run }) => run ?? [])];
  return {
    running: now,
    rest: isOn ? rest.slice(begin.length) : [],
    ended: [...ended, ...over, ...begun.flatMap(({ refused }) => refused ?? [])],
    aborted: !isOn,
    waitSeconds: waitFor(now, ports.clock.now()),
  };
}

/** Every 2 s at first, for a move takes half a minute; every 30 s of one that waits for a ramp. */
function waitFor(running: readonly Running[], now: number): number {
  const oldestMs = Math.max(0, ...running.map(({ since }) => now - since));
  return Math.min(30, 2 + Math.floor(oldestMs / 60_000) * 4);
}

/** One that cannot be started keeps no other from leaving. */
async function startRun(
  evacuation: EvacuationRun,
  service: Service,
  ports: EvacuationPorts,
): Promise<{ readonly run?: Running; readonly refused?: EndedRun }> {
  const { name } = service;
  const { id, region, direction, by, reason, force, rehearse } = evacuation;
  const input: RunInput = {
    service: name,
    mode: rehearse ? 'rehearsal' : 'manual',
    ...(direction === 'leave' ? { from: region } : { to: region }),
    reason,
    requestedBy: by,
    force,
  };
  try {
    const executionArn = await ports.runs.start(`${id.slice(0, nameMax - 1 - name.length)}-${name}`, input);
    return { run: { service: name, executionArn, since: ports.clock.now() } };
  } catch (error) {
    ports.log.warn('a run was not started', { service: name, because: sentence(error) });
    return { refused: { service: name, ending: 'not started' } };
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const nameMax = 80;

/** The levers say what runs did, whatever those said. Who left by a run is fenced at its edges from now on. */
async function keep(
  evacuation: EvacuationRun,
  over: readonly EndedRun[],
  ports: EvacuationPorts,
  failover: Failover,
): Promise<readonly string[]> {
  const { region, direction, rehearse } = evacuation;
  const said = over.map(({ service, ending }) => `${service} ${ending}`).join(', ');
  await note(evacuation, 'ran', over, `runs ended: ${said}`, ports);
  if (rehearse) return [];
  const services = servicesBy(
    failover,
    over.map(({ service }) => service),
  );
  const shares = await Promise.all(
    services.map(async (service) => {
      const reading = await readRouting(service, ports);
      return { service, share: reading.kind === 'read' ? shareOf(reading.routing.weights, region) : null };
    }),
  );
  const isDone = (share: number | null) => (direction === 'leave' ? share === 0 : share !== null && share > 0);
  const done = shares.filter(({ share }) => isDone(share)).map(({ service }) => service);
  if (direction === 'leave') await holdThose(done, evacuation, ports);
  return done.map(({ name }) => name);
}

async function holdThose(
  services: readonly Service[],
  { region }: EvacuationRun,
  ports: EvacuationPorts,
): Promise<void> {
  for (const store of ports.regionStores) {
    const ours = services.filter(({ name }) => store.services.some((service) => service.name === name));
    if (ours.length === 0) continue;
    try {
      await store.limit({ region, hold: new Set(ours.map(({ name }) => name)) });
    } catch (error) {
      ports.log.warn('reads may still fail over into the region', { region, because: sentence(error) });
    }
  }
}
