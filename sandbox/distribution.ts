import { failoverStatusCodes, originLimits, siteOriginId, type Topology, targetOf } from '../config/topology.ts';
import { knownStore } from '../core/lever.ts';
import type { Failover, KvsLeverConfig, Service } from '../core/service.ts';
import type { KeyValueStores } from '../loopback/aws/kvs.ts';
import type { Clock } from '../loopback/clock.ts';
import type { Behaviour } from '../loopback/edge/behaviour.ts';
import { type Edge, startEdge } from '../loopback/edge/edge.ts';
import type { OriginConfig } from '../loopback/edge/origin.ts';
import type { OriginAccess } from '../loopback/edge/origin-access.ts';
import { feedOf, type StoreVersion } from '../loopback/edge/store-feed.ts';
import { edgeFunctionFile } from './bundles.ts';
import { configuredHosts } from './local-failover.ts';
import { sitePath } from './regions/site.ts';

/** The CloudFront distribution in front of every service that moves by a KeyValueStore, at a few of its edge locations. */
export interface Distribution {
  /** Of a function URL, which has no name and takes signed requests alone: what stands before it, by service and region. */
  readonly regional: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The first edge location's address. */
  readonly url: string;
  /** All of them, by name. */
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

export async function startDistribution(
  failover: Failover,
  {
    dist,
    topology,
    regions,
    stores,
    clock,
    random,
    propagationMs,
    onPropagated,
  }: {
    /** The folder with `edge/`. */
    readonly dist: string;
    readonly topology?: DistributionTopology | undefined;
    /** Base URL by region. */
    readonly regions: Readonly<Record<string, string>>;
    readonly stores: KeyValueStores;
    readonly clock: Clock;
    readonly random: () => number;
    /** What the slowest location takes, at this world's tempo. */
    readonly propagationMs: number;
    readonly onPropagated: (edge: string, change: StoreVersion) => void;
  },
): Promise<Distribution | null> {
  const steered = failover.services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, lever: service.lever }] : [],
  );
  const [first] = steered;
  if (first === undefined) return null;
  const origins = steered.flatMap(({ service, lever }) => originsOf(service, lever, topology, regions));
  const edges: Record<string, Edge> = {};
  for (const { name, lag } of locations) {
    edges[name] = await startEdge({
      name,
      port: 0,
      functionFile: edgeFunctionFile(dist),
      origins,
      names: configuredHosts(failover),
      ...(topology === undefined ? {} : { behaviours: topology.behaviours, errorCachingMinTtlMs: 0 }),
      store: feedOf(stores, knownStore(first.lever)),
      propagationMs: propagationMs * lag,
      clock,
      random,
      onPropagated: (change) => onPropagated(name, change),
    });
  }
  // A distribution of one origin, so that the region has a name and can be asked without the front door.
  const regional: Record<string, Record<string, string>> = {};
  for (const { service, lever } of steered) {
    if (topology?.applications[service.name]?.integration !== 'function-url') continue;
    for (const [region, id] of Object.entries(lever.origins)) {
      const name = `${service.name}-${region}`;
      edges[name] = await startEdge({
        name,
        port: 0,
        functionFile: edgeFunctionFile(dist),
        origins,
        behaviours: [{ ...everything, target: { originId: id } }],
        errorCachingMinTtlMs: 0,
        store: feedOf(stores, knownStore(first.lever)),
        propagationMs: 0,
        clock,
        random,
      });
      regional[service.name] = { ...regional[service.name], [region]: edges[name].url };
    }
  }
  const shown = Object.entries(edges).filter(([name]) => locations.some((location) => location.name === name));
  return {
    regional,
    url: edges[locations[0].name]?.url ?? '',
    edges: Object.fromEntries(shown.map(([name, { url }]) => [name, url])),
    async close() {
      await Promise.all(Object.values(edges).map((edge) => edge.close()));
    },
  };
}

/** The API of a service in each region, and beside it the static site where there is one. */
function originsOf(
  { name }: Service,
  { origins }: KvsLeverConfig,
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
