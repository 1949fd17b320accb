import type { Instant, Region } from '../../../core/brand.ts';
import { type Departure, FENCED } from '../../../core/departure.ts';
import type { RegionAct as Did } from '../../../core/entry.ts';
import { FLEET } from '../../../core/record.ts';
import type { Failover, Service } from '../../../core/service.ts';
import { LeverUnavailable } from '../../errors.ts';
import type { Ports, RegionStore } from '../../ports.ts';
import { sentence } from '../sentence.ts';
import { type Surveyed, type SurveyPorts, survey } from './survey.ts';

/** Who acts on which region, and why. */
export interface RegionAct {
  /** Of the evacuation, or of the command where there is none. */
  readonly id: string;
  readonly region: Region;
  readonly by: string;
  readonly reason: string;
}

export interface Leaving extends RegionAct {
  /** Those that are to leave now. */
  readonly services: readonly Service[];
  /** Names of others for which the override shall not hold yet: their turn comes later. */
  readonly kept: readonly string[];
  readonly force: boolean;
}

export interface Staying {
  readonly service: string;
  readonly because: string;
}

export interface Left {
  /** Led out by the override, now or before, and by which epoch of it. */
  readonly led: readonly { readonly service: string; readonly override: number; readonly to: readonly Region[] }[];
  /** Each takes a run of its own, or a write of its own controls. */
  readonly runs: readonly (Staying & Pick<Extract<Departure, { kind: 'run' }>, 'to' | 'prior'>)[];
  /** No later than when the first of what this rests on was seen. */
  readonly seenAt: Instant;
  readonly stays: readonly Staying[];
  /** Nobody was there. */
  readonly away: readonly string[];
  /** Writes that it took, over all stores. */
  readonly writes: number;
}

export type LeavePorts = SurveyPorts & { readonly regionStores: readonly RegionStore[] };

/**
 * Leads services out of a region by the override, one write for all services of a store. What cannot leave is found out first, with fresh
 * probes, named in the record, and spared by that write. A store that does not take it keeps its services where they are, and no others.
 */
export async function leave(
  leaving: Leaving,
  ports: LeavePorts,
  failover: Failover,
  /** Hears before the write what it spares. */
  named: (spared: Pick<Left, 'stays' | 'runs'>) => void = () => {},
): Promise<Left> {
  const { region, services, kept } = leaving;
  const seenAt = ports.clock.now();
  const surveyed = await survey(services, region, leaving, ports, failover);
  const stays: Staying[] = surveyed.flatMap(({ service: { name }, departure }) =>
    departure.kind === 'stays' ? [{ service: name, because: departure.because }] : [],
  );
  const runs = surveyed.flatMap(({ service: { name }, departure }) =>
    departure.kind === 'run'
      ? [{ service: name, because: departure.because, to: departure.to, prior: departure.prior }]
      : [],
  );
  named({ stays, runs });
  await nameThose(stays, leaving, ports);

  const spare = new Set([...kept, ...stays.map(({ service }) => service), ...runs.map(({ service }) => service)]);
  const led: Left['led'][number][] = [];
  let writes = 0;
  for (const store of ports.regionStores) {
    const ours = surveyed.filter(({ service: { name } }) => store.services.some((service) => service.name === name));
    // Where all of them stay the override is written too: who leaves by a run is fenced by it.
    if (ours.length === 0) continue;
    const held = ours.filter(({ departure }) => holds.has(departure.kind));
    try {
      const limit = { region, highest: FENCED, spare, hold: namesOf(held) };
      // Once more where nobody answered: what stands already is not written again.
      const { epoch, writes: more } = await store.limit(limit).catch((error: unknown) => {
        if (error instanceof LeverUnavailable) return store.limit(limit);
        throw error;
      });
      writes += more;
      const moved = held.flatMap(({ service, departure }) =>
        departure.kind === 'override' || departure.kind === 'led'
          ? [{ service: service.name, override: epoch, to: departure.to }]
          : [],
      );
      led.push(...moved);
      if (more > 0) await note(leaving, 'wrote', moved, `fenced ${region} by the override, epoch ${epoch}`, ports);
    } catch (error) {
      const because = `the override was not written: ${sentence(error)}`;
      const left = held.filter(({ departure }) => departure.kind === 'override');
      const stranded = left.map(({ service }) => ({ service: service.name, because }));
      stays.push(...stranded);
      // After the write was tried, and not before: nobody knew.
      const text = `${because}; stay in ${region}: ${stranded.map(({ service }) => service).join(', ')}`;
      if (stranded.length > 0) await note(leaving, 'named', stranded, text, ports);
    }
  }
  const away = surveyed.flatMap(({ service, departure }) => (departure.kind === 'away' ? [service.name] : []));
  return { led, runs, stays, away, writes, seenAt };
}

const namesOf = (surveyed: readonly Surveyed[]) => new Set(surveyed.map(({ service: { name } }) => name));

/** For these the override is to hold. */
const holds: ReadonlySet<Departure['kind']> = new Set(['override', 'led', 'away']);

async function nameThose(stays: readonly Staying[], leaving: Leaving, ports: LeavePorts): Promise<void> {
  if (stays.length === 0) return;
  const said = stays.map(({ service, because }) => `${service} (${because})`).join('; ');
  await note(leaving, 'named', stays, `stay in ${leaving.region}: ${said}`, ports);
}

/** What was done, for the fleet's record. A ledger that does not take it holds nothing up. */
export async function note(
  { id, region, by, reason }: RegionAct,
  did: Did,
  services: readonly { readonly service: string }[],
  text: string,
  { ledger, clock, log }: Pick<Ports, 'ledger' | 'clock' | 'log'>,
): Promise<void> {
  const names = services.map(({ service }) => service);
  const at = clock.now();
  const shown = text.length <= textMax ? text : `${text.slice(0, textMax - 1)}…`;
  try {
    await ledger.append({
      id: `${id}/${did}/${at}`,
      service: FLEET,
      incident: id,
      at,
      text: `${shown}${did === 'wrote' ? `, for ${names.length} services: ${reason}` : ''}`,
      what: { kind: 'region', region, did, by, services: names },
    });
  } catch (error) {
    log.warn('what was done is not in the record', { region, did, because: sentence(error) });
  }
}

/** Of a sentence; the names stand beside it, all of them. */
const textMax = 4_000;
