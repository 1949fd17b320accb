import { failoverStatusCodes, originLimits, siteOriginId, type Topology, targetOf } from '../config/topology.ts';
import { knownStore } from '../core/lever.ts';
import { type Failover, frontHost, type KvsLeverConfig, type Service } from '../core/service.ts';
import type { KeyValueStores } from '../loopback/aws/kvs.ts';
import type { Clock } from '../loopback/clock.ts';
import type { Behaviour } from '../loopback/edge/behaviour.ts';
import { type Edge, type EdgeOptions, startEdge } from '../loopback/edge/edge.ts';
import type { OriginConfig } from '../loopback/edge/origin.ts';
import type { OriginAccess } from '../loopback/edge/origin-access.ts';
import { feedOf, type StoreVersion } from '../loopback/edge/store-feed.ts';
import { configuredHosts } from './local-failover.ts';
import { sitePath } from './regions/site.ts';

/** The CloudFront distribution in front of every service that moves by a KeyValueStore, at a few of its edge locations. */
export interface Distribution {
  /** Of a function URL, which has no name and takes signed requests alone: what stands before it, by service and region. */
  readonly regional: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The first edge location's address, by the name of the distribution that it stands for. */
  readonly urls: Readonly<Record<string, string>>;
  /** All locations, by name; those of a second name of the distribution have it behind theirs. */
  readonly edges: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What a topology says of its distribution. */
export interface DistributionTopology extends Pick<Topology, 'applications'> {
  readonly behaviours: readonly Behaviour[];
}

/** Two places, so that a change is seen to arrive at different times: edges disagree during a move. */
const locations = [
  { name: 'IAD89-C1', lag: 0.5 },
  { name: 'FRA56-P2', lag: 1 },
] as const;

export interface DistributionOptions {
  /** The viewer-request function, as it is deployed. */
  readonly functionFile: string;
  readonly topology?: DistributionTopology | undefined;
  /** Base URL by region. */
  readonly regions: Readonly<Record<string, string>>;
  readonly stores: KeyValueStores;
  readonly clock: Clock;
  readonly random: () => number;
  /** What the slowest location takes, at this world's tempo. */
  readonly propagationMs: number;
  /** Of a change that arrived, with the services that are steered there. */
  readonly onPropagated: (edge: string, change: StoreVersion, services: readonly string[]) => void;
}

interface Steered {
  readonly service: Service;
  readonly lever: KvsLeverConfig;
}

export async function startDistribution(
  failover: Failover,
  options: DistributionOptions,
): Promise<Distribution | null> {
  const steered = failover.services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, lever: service.lever }] : [],
  );
  if (steered.length === 0) return null;
  const started: Edge[] = [];
  const edges: Record<string, string> = {};
  const urls: Record<string, string> = {};
  const regional: Record<string, Record<string, string>> = {};
  const start = async (edge: EdgeOptions): Promise<Edge> => {
    const running = await startEdge(edge);
    started.push(running);
    return running;
  };
  for (const [host, mine] of Map.groupBy(steered, ({ service }) => frontHost(service))) {
    const isFirst = Object.keys(urls).length === 0;
    for (const location of locationsOf(host, mine, failover, options)) {
      const { url } = await start(location);
      edges[isFirst ? location.name : `${location.name} ${host}`] = url;
      urls[host] ??= url;
    }
  }
  for (const each of steered) {
    if (options.topology?.applications[each.service.name]?.integration !== 'function-url') continue;
    const mine: Record<string, string> = {};
    for (const [region, id] of Object.entries(each.lever.origins)) {
      mine[region] = (await start(namedOrigin(`${each.service.name}-${region}`, id, each, options))).url;
    }
    regional[each.service.name] = mine;
  }
  return {
    regional,
    urls,
    edges,
    async close() {
      await Promise.all(started.map((edge) => edge.close()));
    },
  };
}

/** The edge locations of one name: each name has addresses of its own, because on this machine no name leads anywhere. */
function locationsOf(
  host: string,
  mine: readonly Steered[],
  failover: Failover,
  { functionFile, topology, regions, stores, clock, random, propagationMs, onPropagated }: DistributionOptions,
): EdgeOptions[] {
  const [first] = mine;
  if (first === undefined) return [];
  const services = mine.map(({ service }) => service.name);
  return locations.map(({ name, lag }) => ({
    name,
    alias: host,
    port: 0,
    functionFile,
    origins: mine.flatMap((each) => originsOf(each, topology, regions)),
    names: configuredHosts(failover),
    ...(topology === undefined ? {} : { behaviours: topology.behaviours, errorCachingMinTtlMs: 0 }),
    store: feedOf(stores, knownStore(first.lever)),
    propagationMs: propagationMs * lag,
    clock,
    random,
    onPropagated: (change) => onPropagated(name, change, services),
  }));
}

/** A distribution of one origin, so that the region has a name and can be asked without the front door. */
function namedOrigin(
  name: string,
  originId: string,
  steered: Steered,
  { functionFile, topology, regions, stores, clock, random }: DistributionOptions,
): EdgeOptions {
  return {
    name,
    port: 0,
    functionFile,
    origins: originsOf(steered, topology, regions),
    behaviours: [{ ...everything, target: { originId } }],
    errorCachingMinTtlMs: 0,
    store: feedOf(stores, knownStore(steered.lever)),
    propagationMs: 0,
    clock,
    random,
  };
}

/** The API of a service in each region, and beside it the static site where there is one. */
function originsOf(
  { service: { name }, lever: { origins } }: Steered,
  topology: DistributionTopology | undefined,
  regions: Readonly<Record<string, string>>,
): OriginConfig[] {
  const { site, integration } = topology?.applications[name] ?? {};
  const signed = (service: OriginAccess['service'], region: string) => ({ access: { service, region } });
  return Object.entries(origins).flatMap(([region, id]) => [
    {
      id,
      url: `${regions[region]}/${name}`,
      ...limits,
      ...(integration === 'function-url' ? signed('lambda', region) : {}),
    },
    ...(site === undefined
      ? []
      : [{ id: siteOriginId(id), url: `${regions[region]}${sitePath(name)}`, ...limits, ...signed('s3', region) }]),
  ]);
}

const limits = {
  connectionAttempts: originLimits.connectionAttempts,
  connectionTimeoutMs: originLimits.connectionTimeoutSeconds * 1_000,
  readTimeoutMs: originLimits.readTimeoutSeconds * 1_000,
};

/** Nothing steered, nothing cached. */
const everything = {
  pathPattern: '*',
  allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
  cache: { kind: 'disabled' },
  forward: 'viewer',
  viewerRequest: false,
} as const;

const allMethods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The cache behaviours of a topology, as an edge location has them at this world's tempo. */
export function behavioursOf(
  { behaviours }: Pick<Topology, 'behaviours'>,
  { services }: Failover,
  tempo: number,
): Behaviour[] {
  return behaviours.map(({ pathPattern, service, part, methods, cache }) => {
    const described = services.find(({ name }) => name === service);
    if (described === undefined) throw new Error(`behaviour ${pathPattern}: there is no service ${service}`);
    const { home, standby } = targetOf({ pathPattern, part, methods }, described);
    const ttlMs = (cache?.ttlSeconds ?? 0) * (1_000 / tempo);
    return {
      pathPattern,
      target: standby === null ? { originId: home } : { originIds: [home, standby], statusCodes: failoverStatusCodes },
      allowedMethods: methods === 'all' ? allMethods : ['GET', 'HEAD', 'OPTIONS'],
      cache:
        cache === null
          ? { kind: 'disabled' }
          : {
              kind: 'enabled',
              minTtlMs: 0,
              defaultTtlMs: ttlMs,
              maxTtlMs: ttlMs,
              queryStrings: cache.queryStrings,
              headers: cache.headers,
            },
      forward: cache === null ? 'viewer' : 'cache-key',
      viewerRequest: true,
    };
  });
}
