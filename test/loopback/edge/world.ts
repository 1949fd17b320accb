import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEdge } from '../../../build/edge.ts';
import type { Weights } from '../../../core/routing.ts';
import { encodeOverride, encodeServiceValue } from '../../../core/routing-value.ts';
import { wallClock } from '../../../loopback/clock.ts';
import { type Edge, type EdgeOptions, type EdgeRequest, startEdge } from '../../../loopback/edge/edge.ts';
import type { StoreFeed, StoreVersion } from '../../../loopback/edge/store-feed.ts';

/** Two regional APIs, a store, and edges in front of them, all on loopback. */
export interface World {
  readonly east: FakeRegion;
  readonly west: FakeRegion;
  readonly store: FakeStore;
  readonly requests: EdgeRequest[];
  edge(options?: Partial<EdgeOptions>): Promise<Edge>;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'understudy-edge-'));
  const functionFile = join(dir, 'viewer-request.js');
  await buildEdge(
    {
      keyPrefix: 'h/test/',
      failoverStatusCodes: [500, 502, 503, 504],
      services: [
        {
          service: 'orders',
          regions: [
            { region: 'us-east-1', originId: 'east' },
            { region: 'us-west-2', originId: 'west' },
          ],
          defaultRegion: 'us-east-1',
        },
      ],
    },
    functionFile,
  );
  const east = await startRegion('us-east-1');
  const west = await startRegion('us-west-2');
  const store = fakeStore();
  const requests: EdgeRequest[] = [];
  const edges: Edge[] = [];
  return {
    east,
    west,
    store,
    requests,
    async edge(options = {}) {
      const limits = { connectionAttempts: 1, connectionTimeoutMs: 1000, readTimeoutMs: 100 };
      const edge = await startEdge({
        name: 'FRA50-P1',
        port: 0,
        functionFile,
        origins: [
          { id: 'east', url: east.url, ...limits },
          { id: 'west', url: west.url, ...limits },
        ],
        store,
        propagationMs: 0,
        clock: wallClock,
        random: Math.random,
        onRequest: (request) => requests.push(request),
        ...options,
      });
      edges.push(edge);
      return edge;
    },
    async close() {
      await Promise.all(edges.map((edge) => edge.close()));
      await Promise.all([east.close(), west.close()]);
      await rm(dir, { recursive: true });
    },
  };
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (request: Seen, response: ServerResponse) => void;

/** A regional API that remembers what reached it. */
export interface FakeRegion {
  readonly name: string;
  readonly url: string;
  readonly seen: Seen[];
  answer: Answer;
  /** Refuses connections from now on, the kept ones included. */
  goDark(): Promise<void>;
  close(): Promise<void>;
}

async function startRegion(name: string): Promise<FakeRegion> {
  const seen: Seen[] = [];
  const region = { name, url: '', seen, answer: well(name), goDark: close, close };
  const server: Server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    seen.push(request);
    region.answer(request, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  region.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }
  return region;
}

export function well(name: string): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-served-region': name });
    response.end(JSON.stringify({ region: name }));
  };
}

export function failing(status: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(`status ${status}`);
  };
}

export const hanging: Answer = () => {};
export const resetting: Answer = (_, response) => response.socket?.resetAndDestroy();

export interface FakeStore extends StoreFeed {
  put(entries: Readonly<Record<string, string>>): number;
  /** Everything as it stands but these weights, at the next epoch. */
  route(weights: Weights): number;
}

function fakeStore(): FakeStore {
  const listeners = new Set<(change: StoreVersion) => void>();
  let current: StoreVersion = {
    version: 1,
    entries: new Map([['g', textOf(encodeOverride({ epoch: 0, weights: {} }))]]),
    at: 0,
  };
  const put = (entries: Readonly<Record<string, string>>) => {
    current = {
      version: current.version + 1,
      entries: new Map([...current.entries, ...Object.entries(entries)]),
      at: current.at + 1,
    };
    for (const listener of listeners) listener(current);
    return current.version;
  };
  return {
    snapshot: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put,
    route: (weights) => put({ 's/orders': textOf(encodeServiceValue({ epoch: current.version, weights })) }),
  };
}

function textOf(encoded: ReturnType<typeof encodeOverride>): string {
  if (encoded.kind === 'malformed') throw new Error(encoded.because);
  return encoded.text;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One request as a viewer sends it, on a connection of its own. */
export function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const outgoing = request(url, { method, headers, agent: false }, async (incoming) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text });
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}
