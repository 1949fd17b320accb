import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { type GuardOptions, refuseStranger } from '../guard.ts';
import { answer, type Location } from './answer.ts';
import { type Behaviour, checkBehaviours } from './behaviour.ts';
import { createCache } from './cache.ts';
import { loadEdgeFunction } from './edge-function.ts';
import { createOriginClient, type OriginConfig } from './origin.ts';
import type { Try } from './origin-choice.ts';
import type { Reply } from './reply.ts';
import { followStore } from './store-copy.ts';
import type { StoreFeed, StoreVersion } from './store-feed.ts';
import { viewerIp } from './viewer-event.ts';

export interface EdgeOptions extends Pick<GuardOptions, 'names'> {
  /** As in `X-Amz-Cf-Pop`, such as `FRA50-P1`. */
  readonly name: string;
  /** The alternate domain name of the distribution for which this location's address stands; none: the function sees the address. */
  readonly alias?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The viewer-request function as it is deployed. */
  readonly functionFile: string;
  readonly origins: readonly OriginConfig[];
  /** In order, the last one with the pattern `*`. Left out, everything goes through the function, uncached, all methods. */
  readonly behaviours?: readonly Behaviour[];
  /** How long errors stay in the cache, in behaviours that have one. CloudFront's default, 10 s. */
  readonly errorCachingMinTtlMs?: number;
  readonly store: StoreFeed;
  /** How long a change of the store takes to get to this edge, drawn for each change where it is a function. */
  readonly propagationMs: number | (() => number);
  readonly clock: Clock;
  /** From 0 to 1, for request ids. */
  readonly random: () => number;
  /** Told of every request when it has been answered. */
  readonly onRequest?: (request: EdgeRequest) => void;
  /** Told when a change of the store arrives at this edge. */
  readonly onPropagated?: (change: StoreVersion) => void;
}

export interface Edge {
  readonly url: string;
  readonly port: number;
  /** The version of the store that this edge works with. */
  storeVersion(): number;
  /** Resolves once this edge works with `version` or a later one. */
  propagated(version: number): Promise<void>;
  close(): Promise<void>;
}

/** One answered request, for whoever measures. */
export interface EdgeRequest {
  readonly edge: string;
  readonly at: number;
  readonly durationMs: number;
  readonly viewer: string;
  readonly method: string;
  /** Path and query, as the viewer sent them. */
  readonly target: string;
  readonly status: number;
  readonly xCache: string;
  readonly tries: readonly Try[];
  /** What the sandbox has to say about an answer that it made itself. */
  readonly because?: string | undefined;
}

/** Plays one edge location of a distribution on 127.0.0.1. Rejects where the port is taken or a behaviour is none. */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { name, clock, random, propagationMs } = options;
  const behaviours = options.behaviours ?? [defaultBehaviour(options.origins)];
  const origins = new Map(options.origins.map((origin) => [origin.id, origin]));
  checkBehaviours(behaviours, origins);
  const edgeFunction = loadEdgeFunction(await readFile(options.functionFile, 'utf8'), options.functionFile);
  const client = createOriginClient();
  const copy = followStore({
    feed: options.store,
    clock,
    delayMs: typeof propagationMs === 'number' ? () => propagationMs : propagationMs,
    onChange: options.onPropagated ?? (() => {}),
  });
  const location: Location = {
    name,
    alias: options.alias,
    behaviours,
    origins,
    edgeFunction,
    copy,
    upstream: {
      cache: createCache(),
      client,
      clock,
      errorCachingMinTtlMs: options.errorCachingMinTtlMs ?? ERROR_CACHING_MIN_TTL_MS,
    },
  };

  const server = createServer((incoming, outgoing) => {
    if (refuseStranger(incoming, outgoing, options)) return;
    const at = clock.now();
    const viewer = viewerIp(incoming);
    const requestId = newRequestId(random);
    answer(location, incoming, viewer, requestId).then(
      (reply) => {
        send(outgoing, incoming, reply, { name, requestId });
        const { method = 'GET', url = '/' } = incoming;
        const { status, xCache, tries, because } = reply;
        const durationMs = clock.now() - at;
        options.onRequest?.({
          edge: name,
          at,
          durationMs,
          viewer,
          method,
          target: url,
          status,
          xCache,
          tries,
          because,
        });
      },
      (error: unknown) => {
        if (incoming.complete) throw error;
        // The viewer went away before it had sent its request: there is nobody to answer.
        outgoing.destroy();
      },
    );
  });
  // Viewers come back on their connections; closing one as its next request arrives would look like an outage.
  server.keepAliveTimeout = 60_000;
  try {
    await listen(server, options.port);
  } catch (error) {
    copy.close();
    client.close();
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    storeVersion: () => copy.current().version,
    propagated: (version) => copy.reached(version),
    async close() {
      copy.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      client.close();
    },
  };
}

function send(
  outgoing: ServerResponse,
  { method }: IncomingMessage,
  { status, headers, body, xCache }: Reply,
  { name, requestId }: { name: string; requestId: string },
): void {
  outgoing.writeHead(status, {
    ...headers,
    ...(method === 'HEAD' ? {} : { 'content-length': body.length }),
    'x-cache': xCache,
    via: `1.1 ${name}.cloudfront.test (CloudFront)`,
    'x-amz-cf-pop': name,
    'x-amz-cf-id': requestId,
  });
  outgoing.end(method === 'HEAD' ? undefined : body);
}

function defaultBehaviour([first]: readonly OriginConfig[]): Behaviour {
  if (first === undefined) throw new Error('an edge needs an origin');
  return {
    pathPattern: '*',
    target: { originId: first.id },
    allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
    cache: { kind: 'disabled' },
    forward: 'viewer',
    viewerRequest: true,
  };
}

function newRequestId(random: () => number): string {
  const bytes = Uint8Array.from({ length: 40 }, () => Math.floor(random() * 256));
  return Buffer.from(bytes).toString('base64url');
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

const ERROR_CACHING_MIN_TTL_MS = 10_000;
