import { type Failover, regionNames } from '../core/service.ts';
import { configuredHosts } from './local-failover.ts';
import type { Fault } from './regions/fault.ts';
import { type RegionOptions, type RegionServer, type ServedCounts, startRegion } from './regions/region.ts';

/** Every region of the configuration, playing the regional APIs of all its services. */
export interface Regions {
  /** Base URL by region; a service is below `/<name>`. */
  readonly urls: Readonly<Record<string, string>>;
  /** Loopback address by region, for names that lead to regions: all of them listen on `sharedPort`. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly sharedPort: number;
  setFault(region: string, fault: Fault | null): Promise<void>;
  /** The faults that hold, by region. */
  faults(): Readonly<Record<string, Fault>>;
  /** What its servers answered so far, the one by address and the one by name together. */
  served(region: string): ServedCounts;
  close(): Promise<void>;
}

/** First of the addresses that regions have in DNS, which knows no ports: 127.0.0.11, 127.0.0.12 and so on. */
const firstHost = 11;

/** Of the region that is the so-many-th of the configuration. */
export const dnsAddress = (index: number): string => `127.0.0.${firstHost + index}`;

export async function startRegions(
  failover: Failover,
  {
    api,
    ...surroundings
  }: {
    readonly now: () => number;
    readonly random: () => number;
    readonly tempo: number;
    /** What answers in a region; left out, a simple API of the sandbox's own. */
    readonly refusal?: RegionOptions['refusal'];
    readonly onArrived?: RegionOptions['onArrived'];
    readonly onSpoilt?: RegionOptions['onSpoilt'];
    readonly api?: ((region: string, services: RegionOptions['services']) => RegionOptions['api']) | undefined;
  },
): Promise<Regions> {
  const names = [...new Set(failover.services.flatMap(regionNames))];
  const hostedIn = (region: string) =>
    failover.services.map(({ name, healthy, regions }) => {
      const { path } = regions.find((candidate) => candidate.region === region) ?? {};
      return { name, path: `/${name}`, healthy, ...(path !== undefined && { ownPath: path }) };
    });
  const started: RegionServer[] = [];
  const byRegion = new Map<string, RegionServer[]>();
  const start = async (region: string, address: string, port: number) => {
    const hosted = hostedIn(region);
    const answering = api?.(region, hosted);
    const server = await startRegion({
      region,
      address,
      port,
      services: hosted,
      names: configuredHosts(failover),
      ...surroundings,
      ...(answering === undefined ? {} : { api: answering }),
    });
    started.push(server);
    byRegion.set(region, [...(byRegion.get(region) ?? []), server]);
    return server;
  };
  const close = async () => {
    await Promise.all(started.map((server) => server.close()));
  };
  try {
    const urls: Record<string, string> = {};
    for (const name of names) urls[name] = (await start(name, '127.0.0.1', 0)).url;
    const addresses: Record<string, string> = {};
    let sharedPort = 0;
    for (const [index, name] of names.entries()) {
      const address = dnsAddress(index);
      addresses[name] = address;
      sharedPort = Number(new URL((await start(name, address, sharedPort)).url).port);
    }
    return {
      urls,
      addresses,
      sharedPort,
      async setFault(region, fault) {
        const servers = byRegion.get(region);
        if (servers === undefined) throw new Error(`there is no region ${region}; there are ${names.join(', ')}`);
        await Promise.all(servers.map((server) => server.setFault(fault)));
      },
      faults: () =>
        Object.fromEntries(
          [...byRegion].flatMap(([region, [server]]) => (server?.fault ? [[region, server.fault]] : [])),
        ),
      served: (region) => sumOf((byRegion.get(region) ?? []).map((server) => server.served())),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function sumOf(counts: readonly ServedCounts[]): ServedCounts {
  const byService: Record<string, Record<string, number>> = {};
  for (const [service, methods] of counts.flatMap((count) => Object.entries(count.byService))) {
    const sums = byService[service] ?? {};
    byService[service] = sums;
    for (const [method, count] of Object.entries(methods)) sums[method] = (sums[method] ?? 0) + count;
  }
  return {
    good: counts.reduce((sum, { good }) => sum + good, 0),
    faulty: counts.reduce((sum, { faulty }) => sum + faulty, 0),
    byService,
  };
}
