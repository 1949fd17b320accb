import { Resolver } from 'node:dns/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { buildTopology } from '../../build/topologies.ts';
import { builtTopologyNamed } from '../../config/built-topology.ts';
import { edgeTable } from '../../config/edge-table.ts';
import { loadFailover } from '../../config/load.ts';
import { builtTopology } from '../../config/topology.ts';
import { topologyConfiguration } from '../../config/topology-names.ts';
import { knownStore } from '../../core/lever.ts';
import type { Weights } from '../../core/routing.ts';
import { serviceKey } from '../../core/routing-value.ts';
import { type Failover, type FrontDoor, regionNames } from '../../core/service.ts';
import { createRoutingControlCluster, type RoutingControlCluster } from '../../loopback/aws/arc.ts';
import { createKeyValueStores, type KeyValueStores } from '../../loopback/aws/kvs.ts';
import { createLambda, type Lambda } from '../../loopback/aws/lambda/lambda.ts';
import { wallClock } from '../../loopback/clock.ts';
import { behavioursOf, type Distribution, startDistribution } from '../../sandbox/distribution.ts';
import { localFailover } from '../../sandbox/local-failover.ts';
import { startNameServer } from '../../sandbox/name-server.ts';
import type { Fault } from '../../sandbox/regions/fault.ts';
import { type Regions, startRegions } from '../../sandbox/regions.ts';
import { seedLevers } from '../../sandbox/seed.ts';
import { topologyApi } from '../../sandbox/topology.ts';
import { registerApplications, withLevers } from './applications.ts';

export const home = 'us-east-1';
export const standby = 'us-west-2';

/** What came back. */
export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The region that says it answered. */
  readonly region: string | null;
  /** `X-Cache` of the edge. */
  readonly cache: string;
}

export interface Ask {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The viewer's address, as the edge sees it. */
  readonly viewer?: string;
}

/** A topology's regions, applications, edges, store, routing controls and DNS on loopback: everything but the orchestrator. */
export interface TopologyWorld {
  readonly failover: Failover;
  readonly lambda: Lambda;
  readonly stores: KeyValueStores;
  readonly cluster: RoutingControlCluster;
  readonly regions: Regions;
  /** `address:port` */
  readonly dns: string;
  /** Ends with the test. */
  fault(region: string, fault: Fault): Promise<void>;
  /** Through the first edge location. */
  viewer(path: string, ask?: Ask): Promise<Got>;
  /** By the name of a service, looked up afresh. */
  byName(service: string, path: string, ask?: Ask): Promise<Got>;
  /** Past every front door; the path is the application's own. */
  direct(service: string, region: string, path: string, ask?: Ask): Promise<Got>;
  /** What the store says of a service, as text; null takes the key away. */
  store(service: string, text: string | null): Promise<void>;
  weights(service: string, weights: Weights, epoch?: number): Promise<void>;
  /** Requests that a region's applications answered well, by service and method. */
  answered(service: string, region: string): Readonly<Record<string, number>>;
}

/** Starts it before the file's tests and ends it after them; after each test, no region has a fault. */
export function topologyWorld(name: string, { tempo = 1 }: { readonly tempo?: number } = {}): TopologyWorld {
  let up: Awaited<ReturnType<typeof start>> | undefined;
  const now = () => {
    if (up === undefined) throw new Error('the world is only there while tests run');
    return up;
  };
  beforeAll(async () => {
    up = await start(name, tempo);
  });
  afterEach(() => now().heal());
  afterAll(() => up?.close());
  return new Proxy({} as TopologyWorld, { get: (_, member) => now().world[member as keyof TopologyWorld] });
}

async function start(name: string, tempo: number) {
  const undo: (() => Promise<unknown>)[] = [];
  const dist = await mkdtemp(join(tmpdir(), 'understudy-topology-'));
  undo.push(() => rm(dist, { recursive: true }));
  await buildTopology(name, builtTopology(dist, name));

  const given = withLevers(await loadFailover(topologyConfiguration(name)));
  const topology = builtTopologyNamed(name, dist);
  const lambda = createLambda({ account: given.account });
  undo.push(() => lambda.close());
  registerApplications(topology, given, lambda);
  const surroundings = { now: Date.now, random: Math.random, tempo };
  const deployed: { failover?: Failover } = {};
  const api = topologyApi(topology, {
    account: given.account,
    lambda: () => lambda,
    now: Date.now,
    failover: () => deployed.failover,
  });
  const regions = await startRegions(given, { ...surroundings, api });
  undo.push(() => regions.close());

  const stores = createKeyValueStores();
  const cluster = createRoutingControlCluster({ defaultWaitPeriodMs: 0 });
  seedLevers(given, stores, cluster);
  const functionFile = join(dist, 'viewer-request.js');
  await buildEdge(edgeTable(given, topology), functionFile);
  const distribution: Distribution | null = await startDistribution(given, {
    functionFile,
    topology: { ...topology, behaviours: behavioursOf(topology, given, tempo) },
    regions: regions.urls,
    stores,
    clock: wallClock,
    random: Math.random,
    propagationMs: 0,
    onPropagated: () => {},
  });
  undo.push(async () => distribution?.close());
  const names = await startNameServer(given, {
    cluster,
    cloudwatch: { follow: () => () => {} },
    addresses: regions.addresses,
    clock: wallClock,
    random: Math.random,
    tempo,
  });
  undo.push(() => names.close());
  const failover = localFailover(
    given,
    {
      aws: '',
      arc: [],
      edges: distribution?.urls ?? {},
      dns: names.address,
      dnsFrontPort: regions.sharedPort,
      regions: regions.urls,
      regional: distribution?.regional ?? {},
      controlTarget: '',
    },
    1,
  );
  deployed.failover = failover;

  const named = (service: string) => {
    const found = failover.services.find((each) => each.name === service);
    if (found === undefined) throw new Error(`there is no service ${service}`);
    return found;
  };
  async function store(service: string, text: string | null): Promise<void> {
    const { lever } = named(service);
    if (lever.kind !== 'kvs') throw new Error(`${service} does not move by a KeyValueStore`);
    const KvsARN = knownStore(lever);
    const call = {
      service: 'kvs',
      operation: 'UpdateKeys',
      region: '*',
      account: given.account,
      requestId: '',
      endpoint: 0,
    } as const;
    const operation = (name: string, input: object) => stores.operations[name]?.({ KvsARN, ...input }, call);
    const { ETag } = (await operation('DescribeKeyValueStore', {})) as { ETag: string };
    const Key = serviceKey(service);
    const change = text === null ? { Deletes: [{ Key }] } : { Puts: [{ Key, Value: text }] };
    await operation('UpdateKeys', { IfMatch: ETag, ...change });
    // Edges are told at once, in a turn of their own.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const world: TopologyWorld = {
    failover,
    lambda,
    stores,
    cluster,
    regions,
    dns: names.address,
    fault: (region, fault) => regions.setFault(region, fault),
    viewer: (path, ask) => send(`${Object.values(distribution?.urls ?? {})[0]}${path}`, ask),
    byName: (service, path, ask) => lookUpAndSend(named(service).frontDoor, path, ask),
    direct: (service, region, path, ask) => send(`${regions.urls[region]}/${service}${path}`, ask),
    store,
    weights: (service, weights, epoch = 1) =>
      store(service, JSON.stringify({ v: 1, e: epoch, w: Object.entries(weights) })),
    answered: (service, region) => regions.served(region).byService[service] ?? {},
  };
  return {
    world,
    heal: async () => {
      for (const region of new Set(failover.services.flatMap(regionNames))) await regions.setFault(region, null);
    },
    close: async () => {
      for (const end of undo.reverse()) await end();
    },
  };
}

/** To a front door, looked up afresh where it is a name of DNS. */
export async function lookUpAndSend({ url, resolvers }: FrontDoor, path: string, ask?: Ask): Promise<Got> {
  if (resolvers.length === 0) return send(`${url}${path}`, ask);
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers([...resolvers]);
  const [address] = await resolver.resolve4(new URL(url).hostname);
  return send(`${url}${path}`, ask, address);
}

export function send(
  url: string,
  { method = 'GET', body, headers = {}, viewer = '203.0.113.7' }: Ask = {},
  address?: string,
): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const at = new URL(url);
  const request = http.request(url, {
    method,
    agent: false,
    ...(address === undefined ? {} : { hostname: address }),
    headers: {
      host: at.host,
      'x-sandbox-viewer-ip': viewer,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      ...headers,
    },
  });
  request.on('error', reject);
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const received = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
      );
      resolve({
        status: response.statusCode ?? 0,
        headers: received,
        text: Buffer.concat(chunks).toString('utf8'),
        region: received['x-served-region'] ?? null,
        cache: received['x-cache'] ?? '',
      });
    });
  });
  request.end(body);
  return promise;
}
