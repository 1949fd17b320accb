import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wallClock } from '../../loopback/clock.ts';
import { startDns } from '../../loopback/dns/dns.ts';
import type { Behaviour } from '../../loopback/edge/behaviour.ts';
import { type Edge, startEdge } from '../../loopback/edge/edge.ts';
import type { OriginConfig } from '../../loopback/edge/origin.ts';
import { dnsAddress } from '../../sandbox/regions.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Asks, Front } from '../../sandbox/viewers/viewers.ts';

/** A system as its document has it, in front of the same regions. */
export interface Documented {
  readonly front: Front;
  readonly asks?: Asks;
  readonly followsRedirects?: boolean;
  close(): Promise<void>;
}

type Start = (sandbox: Sandbox, tempo: number) => Promise<Documented>;

/** By topology. */
export const documented: Readonly<Record<string, Start>> = {
  'origin-group': async (sandbox) => {
    const reads = {
      allowedMethods: ['GET', 'HEAD'],
      cache: disabled,
      forward: 'viewer',
      viewerRequest: false,
    } as const;
    const group = { originIds: ['primary', 'secondary'] as const, statusCodes: [502, 503, 504] };
    const edge = await edgeBefore(sandbox, 'hello', [
      { ...reads, pathPattern: '/api', target: group },
      { ...reads, pathPattern: '*', target: { originId: 'primary' } },
    ]);
    return { front: { kind: 'edge', url: edge.url }, close: edge.close };
  },
  keyvaluestore: async (sandbox) => {
    const targets = originsOf(sandbox, 'hello').map(({ url }) => `${url}/`);
    const edge = await edgeBefore(sandbox, 'hello', [{ ...everything, viewerRequest: true }], redirecting(targets));
    return { front: { kind: 'edge', url: edge.url }, followsRedirects: true, close: edge.close };
  },
  'function-url': async (sandbox) => {
    const edge = await edgeBefore(sandbox, 'items', [everything]);
    return { front: { kind: 'edge', url: `${edge.url}/api` }, close: edge.close };
  },
  // The same controls and records, and nobody who turns one: without canaries there is no incident.
  'arc-rest-apis': async (sandbox, tempo) => names(sandbox, 'external-api', tempo, 'nobody'),
  'failover-records': async (sandbox, tempo) => names(sandbox, 'hello', tempo, 'health check'),
};

const disabled = { kind: 'disabled' } as const;

const everything: Behaviour = {
  pathPattern: '*',
  target: { originId: 'primary' },
  allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
  cache: disabled,
  forward: 'viewer',
  viewerRequest: false,
};

/** CloudFront's defaults, which the documents leave as they are. */
const limits = { connectionAttempts: 3, connectionTimeoutMs: 10_000, readTimeoutMs: 30_000 };

function originsOf({ addresses, topology }: Sandbox, service: string): OriginConfig[] {
  const signed = topology?.applications[service]?.integration === 'function-url';
  return Object.entries(addresses.regions).map(([region, url], index) => ({
    id: index === 0 ? 'primary' : 'secondary',
    url: `${url}/${service}`,
    ...limits,
    ...(signed ? { access: { service: 'lambda', region } as const } : {}),
  }));
}

async function edgeBefore(
  sandbox: Sandbox,
  service: string,
  behaviours: readonly Behaviour[],
  code = '',
): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-documented-'));
  const functionFile = join(folder, 'function.js');
  await writeFile(functionFile, code);
  const edge = await startEdge({
    name: 'documented',
    port: 0,
    functionFile,
    behaviours,
    origins: originsOf(sandbox, service),
    store: { snapshot: () => ({ version: 1, at: 0, entries: new Map() }), subscribe: () => () => {} },
    propagationMs: 0,
    clock: wallClock,
    random: Math.random,
  });
  return { ...edge, close: () => edge.close().then(() => rm(folder, { recursive: true })) };
}

/** Sends every request to one of the addresses, by a coin. */
const redirecting = (targets: readonly string[]) => `
  const targets = ${JSON.stringify(targets)};
  function handler() {
    const value = targets[Math.floor(Math.random() * targets.length)];
    return { statusCode: 302, statusDescription: 'Found', headers: { location: { value } } };
  }`;

/** A name with a record for each region; the primary's is healthy by a check of its endpoint, or always. */
async function names(
  { addresses }: Sandbox,
  service: string,
  tempo: number,
  primary: 'health check' | 'nobody',
): Promise<Documented> {
  const { port } = new URL(addresses.services[service]?.frontDoor ?? '');
  const name = `${service}.understudy.test`;
  const [home = ''] = Object.values(addresses.regions);
  const dns = await startDns({
    port: 0,
    clock: wallClock,
    random: Math.random,
    tempo,
    healthChecks:
      primary === 'nobody'
        ? []
        : [{ id: 'primary', kind: 'ENDPOINT', url: `${home}/${service}/v1`, intervalMs: 10_000, failureThreshold: 3 }],
    zones: [
      {
        name: 'understudy.test',
        records: (['PRIMARY', 'SECONDARY'] as const).map((failover, index) => ({
          name,
          type: 'A',
          ttlSeconds: 60,
          values: [dnsAddress(index)],
          failover,
          ...(failover === 'PRIMARY' && primary !== 'nobody' ? { healthCheckId: 'primary' } : {}),
        })),
      },
    ],
  });
  const resolver = `${dns.address}:${dns.port}`;
  return { front: { kind: 'dns', name, resolver, port: Number(port), path: '' }, close: () => dns.close() };
}
