import type { Region } from '../../../core/brand.ts';
import { chunks } from '../../../core/chunks.ts';
import { assessTarget, healthRules, observersText } from '../../../core/health.ts';
import type { Routing } from '../../../core/routing.ts';
import { type Failover, type Service, servicesIn } from '../../../core/service.ts';
import { LeverUnavailable } from '../../errors.ts';
import { aimsAtRegion } from '../look.ts';
import { lookAtMany } from '../look-at-many.ts';
import { readRouting } from '../read-routing.ts';
import { type LeavePorts, note, type RegionAct, type Staying } from './leave.ts';

export interface Opening extends RegionAct {
  /** Those for which the region is to be opened; null for all of them, which takes the override away. */
  readonly services: readonly Service[] | null;
  /** Also where the region is not seen to be good. */
  readonly force: boolean;
}

export interface Opened {
  /** Who meets their own weights again, and by which epoch of the override. */
  readonly opened: readonly { readonly service: string; readonly override: number }[];
  readonly stays: readonly Staying[];
  readonly writes: number;
}

/**
 * Takes the override from a region, for some of the services of each store or for all of them. Callers of those that have a share there come
 * back with the write: so the region is looked at first, by fresh probes from every observer, and a service that a quorum does not see
 * well there stays out. Where one stays, the override stays for it, and the others are spared from it.
 */
export async function open(opening: Opening, ports: LeavePorts, failover: Failover): Promise<Opened> {
  const { region, force } = opening;
  const opened: Opened['opened'][number][] = [];
  const stays: Staying[] = [];
  let writes = 0;
  for (const store of ports.regionStores) {
    const ours = servicesIn(store, region);
    const standing = await readAll(ours, ports);
    const held = ours.filter(({ name }) => standing.get(name)?.overridden?.includes(region));
    const asked = opening.services;
    const meant = asked === null ? held : held.filter(({ name }) => asked.some((service) => service.name === name));
    const unwell = force ? [] : await unwellIn(meant, region, ports, failover);
    stays.push(...unwell);
    const back = meant.filter(({ name }) => !unwell.some(({ service }) => service === name));
    const isAll = back.length === held.length && (asked === null || held.length > 0);
    if (back.length === 0 && !(isAll && asked === null)) continue;
    const namesOf = (services: readonly Service[]) => new Set(services.map(({ name }) => name));
    const limit = isAll ? { region, highest: null, hold: namesOf(ours) } : { region, spare: namesOf(back) };
    const { epoch, writes: more } = await store.limit(limit);
    writes += more;
    const names = back.map(({ name }) => ({ service: name, override: epoch }));
    opened.push(...names);
    if (more > 0)
      await note(
        opening,
        'wrote',
        names,
        `opened ${region}${isAll ? '' : ' for some'}, override epoch ${epoch}`,
        ports,
      );
  }
  return { opened, stays, writes };
}

/** A value that cannot be read says nothing of its service; a store of which no value can be read is not opened: that throws. */
async function readAll(services: readonly Service[], ports: LeavePorts): Promise<ReadonlyMap<string, Routing>> {
  const read = new Map<string, Routing>();
  let because = '';
  for (const some of chunks(services, readsAtOnce)) {
    await Promise.all(
      some.map(async (service) => {
        const reading = await readRouting(service, ports);
        if (reading.kind === 'read') read.set(service.name, reading.routing);
        else because = reading.because;
      }),
    );
  }
  if (read.size === 0 && services.length > 0) throw new LeverUnavailable(`nothing was opened: ${because}`);
  return read;
}

const readsAtOnce = 50;

async function unwellIn(
  services: readonly Service[],
  region: Region,
  ports: LeavePorts,
  failover: Failover,
): Promise<readonly Staying[]> {
  const questions = services.map((service) => ({ service, aims: aimsAtRegion(service, region) }));
  const seen = await lookAtMany(questions, failover, ports);
  const now = ports.clock.now();
  return services.flatMap((service) => {
    const observed = { observations: seen.get(service.name) ?? [], alarms: [], earlier: [] };
    const rules = healthRules(service, failover.observers);
    const { state, bad } = assessTarget(observed, { kind: 'regional', region }, rules, now);
    if (state === 'good') return [];
    const because = state === 'bad' ? `${region} is bad from ${observersText(bad)}` : `no quorum sees ${region} good`;
    return [{ service: service.name, because }];
  });
}
