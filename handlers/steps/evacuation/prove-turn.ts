import { chunks } from '../../../core/chunks.ts';
import { assessTarget, healthRules } from '../../../core/health.ts';
import type { Failover, Service } from '../../../core/service.ts';
import { keepLeaseIfAnswered } from '../lease.ts';
import { aimsAtRegion } from '../look.ts';
import { lookAtMany } from '../look-at-many.ts';
import { note } from '../region/leave.ts';
import { prove } from '../region/prove.ts';
import { sentence } from '../sentence.ts';
import { type EvacuationPorts, type EvacuationRun, type Led, mayGoOn, servicesBy } from './evacuation.ts';
import { endAll, incidentOf, planOf, type Switched, undoAll } from './switched.ts';

export interface ProveInput {
  readonly evacuation: EvacuationRun;
  readonly led: readonly Led[];
  /** Those whose controls were written. */
  readonly switched: readonly Switched[];
  /** In milliseconds. */
  readonly proveUntil: number;
}

export interface Proved {
  /** Those of which edges do not say so yet. */
  readonly pending: readonly Led[];
  readonly switched: readonly Switched[];
  /** Whether their time is over. */
  readonly isLate: boolean;
}

/** How long one invocation looks: the function may run for twice as long, and a look at a thousand services takes a while. */
const lookMs = 30_000;

/** Looks for a while whether the edges of every service know the override, and callers are answered by whoever serves. */
export async function proveTurn(
  { evacuation, led, switched, proveUntil }: ProveInput,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<Proved> {
  const services = new Map(failover.services.map((service) => [service.name, service]));
  const toProve = led.flatMap(({ service, override }) => {
    const found = services.get(service);
    return found === undefined ? [] : [{ service: found, override }];
  });
  const byControls = switched.flatMap((each) => {
    const service = services.get(each.service);
    if (service === undefined) return [];
    return [{ service, override: null, weights: planOf(each, evacuation, service).steps.at(-1)?.weights }];
  });
  await keepLeases(evacuation, switched, services, ports);
  const until = Math.min(proveUntil, ports.clock.now() + lookMs);
  const proofs = await prove([...toProve, ...byControls], until, ports, failover);
  const proved = proofs.filter(({ isProved }) => isProved);
  const isPending = ({ service }: { readonly service: string }) =>
    !proved.some((proof) => proof.service.name === service);
  const pending = led.filter(isPending);
  const notYet = switched.filter(isPending);
  const names = proved.map(({ service }) => ({ service: service.name }));
  if (proved.length > 0) {
    const waiting = pending.length + notYet.length === 0 ? '' : `, ${pending.length + notYet.length} not yet`;
    const text = `${proved.length} services verified by edges and real requests${waiting}`;
    await note(evacuation, 'proved', names, text, ports);
  }
  const act = { again: false, ending: 'recovered', because: 'real requests through the front door say so' } as const;
  await endAll(
    evacuation,
    switched.filter((each) => !isPending(each)),
    act,
    ports,
    failover,
  );
  const back = names.map(({ service }) => service);
  await mayGoOn(evacuation, evacuation.direction === 'return' ? { back } : {}, ports);
  return { pending, switched: notYet, isLate: ports.clock.now() >= proveUntil };
}

/**
 * What could not be proved in time goes back to where it was, unless that is bad: out of a region that serves nobody callers are not led back.
 */
export async function settle(
  { evacuation, led, switched }: Omit<ProveInput, 'proveUntil'>,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<{ readonly undone: readonly string[] }> {
  const { region, direction } = evacuation;
  const services = servicesBy(
    failover,
    led.map(({ service }) => service),
  );
  const back = direction === 'return' ? services : await seenWell(services, evacuation, ports, failover);
  const byControls = await undoAll(evacuation, switched, ports, failover);
  const undone: string[] = [...byControls.undone];
  for (const store of ports.regionStores) {
    const ours = back.filter(({ name }) => store.services.some((service) => service.name === name));
    if (ours.length === 0) continue;
    const names = new Set(ours.map(({ name }) => name));
    const change = direction === 'leave' ? { spare: names } : { hold: names };
    try {
      await store.limit({ region, ...change });
      undone.push(...names);
    } catch (error) {
      ports.log.warn('what was not proved was not led back', { services: [...names], because: sentence(error) });
    }
  }
  const unproven = services.filter(({ name }) => !undone.includes(name)).map(({ name }) => ({ service: name }));
  const named = (those: readonly { readonly service: string }[]) => those.map(({ service }) => service).join(', ');
  if (undone.length > 0) {
    const those = undone.map((service) => ({ service }));
    await note(
      evacuation,
      'undone',
      those,
      `not proved in time, and led back to where they were: ${named(those)}`,
      ports,
    );
    await mayGoOn(evacuation, direction === 'leave' ? { back: undone } : { left: undone }, ports);
  }
  if (unproven.length > 0) {
    const text = `NOT PROVED, and left where they are because ${region} is not well: ${named(unproven)}`;
    await note(evacuation, 'unproven', unproven, text, ports);
  }
  if (byControls.unproven.length > 0) {
    const said = byControls.unproven.map(({ service, because }) => `${service} (${because})`).join('; ');
    await note(evacuation, 'unproven', byControls.unproven, `NOT PROVED, and not led back: ${said}`, ports);
  }
  return { undone };
}

/** They are held as long as there is something to prove, and a little longer. */
async function keepLeases(
  evacuation: EvacuationRun,
  switched: readonly Switched[],
  services: ReadonlyMap<string, Service>,
  ports: EvacuationPorts,
): Promise<void> {
  for (const some of chunks(switched, leasesAtOnce)) {
    await Promise.all(
      some.map(async (each) => {
        const service = services.get(each.service);
        if (service === undefined) return;
        await keepLeaseIfAnswered(ports, incidentOf(each, evacuation), service.policy, lookMs);
      }),
    );
  }
}

const leasesAtOnce = 50;

async function seenWell(
  services: readonly Service[],
  { region }: EvacuationRun,
  ports: EvacuationPorts,
  failover: Failover,
): Promise<readonly Service[]> {
  const questions = services.map((service) => ({ service, aims: aimsAtRegion(service, region) }));
  const seen = await lookAtMany(questions, failover, ports);
  return services.filter((service) => {
    const observed = { observations: seen.get(service.name) ?? [], alarms: [], earlier: [] };
    const rules = healthRules(service, failover.observers);
    return assessTarget(observed, { kind: 'regional', region }, rules, ports.clock.now()).state === 'good';
  });
}
