import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock.ts';
import { type Behaviour, checkBehaviours, matchBehaviour } from './behaviour.ts';
import { type CachedAnswer, type CacheEntry, cacheKey, createCache, freshForMs, keyedQuery } from './cache.ts';
import { type EdgeFunction, type FunctionResponse, loadEdgeFunction } from './edge-function.ts';
import { createOriginClient, HOP_BY_HOP, type OriginConfig, type OriginFailure } from './origin.ts';
import { askRoute, type Route, routeOf, type Try } from './origin-choice.ts';
import { followStore } from './store-copy.ts';
import type { StoreFeed, StoreVersion } from './store-feed.ts';
import { headersAfter, queryAfter, splitTarget, viewerEvent, viewerIp } from './viewer-event.ts';

export interface EdgeOptions {
  /** As in `X-Amz-Cf-Pop`, such as `FRA50-P1`. */
  readonly name: string;
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
  const location: Location = {
    options,
    behaviours,
    origins,
    edgeFunction: loadEdgeFunction(await readFile(options.functionFile, 'utf8'), options.functionFile),
    cache: createCache(),
    client: createOriginClient(),
    copy: followStore({
      feed: options.store,
      clock,
      delayMs: typeof propagationMs === 'number' ? () => propagationMs : propagationMs,
      onChange: options.onPropagated ?? (() => {}),
    }),
  };

  const server = createServer((incoming, outgoing) => {
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
    location.copy.close();
    location.client.close();
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    storeVersion: () => location.copy.current().version,
    propagated: (version) => location.copy.reached(version),
    async close() {
      location.copy.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      location.client.close();
    },
  };
}

interface Location {
  readonly options: EdgeOptions;
  readonly behaviours: readonly Behaviour[];
  readonly origins: ReadonlyMap<string, OriginConfig>;
  readonly edgeFunction: EdgeFunction;
  readonly cache: ReturnType<typeof createCache>;
  readonly client: ReturnType<typeof createOriginClient>;
  readonly copy: ReturnType<typeof followStore>;
}

interface Reply extends CachedAnswer {
  readonly xCache: string;
  readonly tries: readonly Try[];
  readonly because?: string | undefined;
}

/** Behaviour, function, cache, origins: in the order in which CloudFront comes to them. */
async function answer(
  location: Location,
  incoming: IncomingMessage,
  viewer: string,
  requestId: string,
): Promise<Reply> {
  const body = await readAll(incoming);
  const method = incoming.method ?? 'GET';
  const { path, query } = splitTarget(incoming.url ?? '/');
  const behaviour = matchBehaviour(location.behaviours, path);
  if (!behaviour.allowedMethods.includes(method)) {
    return made(
      403,
      'Error from cloudfront',
      'This distribution is not configured to allow the HTTP request method that was used for this request.',
    );
  }
  if (body.length > 0 && (method === 'GET' || method === 'HEAD'))
    return made(403, 'Error from cloudfront', 'Bad request.');

  const event = viewerEvent(incoming, viewer, requestId, location.options.name);
  const before = event.request;
  const store = location.copy.current().entries;
  const outcome = behaviour.viewerRequest
    ? await location.edgeFunction.run(event, store)
    : ({ kind: 'forward', request: before, choice: null } as const);
  if (outcome.kind === 'failed')
    return made(503, 'FunctionExecutionError from cloudfront', FUNCTION_FAILED, outcome.because);
  if (outcome.kind === 'invalid')
    return made(502, 'FunctionValidationError from cloudfront', FUNCTION_FAILED, outcome.because);
  if (outcome.kind === 'respond') return responseOf(outcome.response);

  const routed = routeOf(outcome.choice, behaviour.target, location.origins, method);
  if (routed.kind === 'fault')
    return made(503, 'FunctionExecutionError from cloudfront', FUNCTION_FAILED, routed.because);

  return fromCacheOrOrigin(location, behaviour, routed.route, {
    method,
    path: outcome.request.uri,
    query: queryAfter(before, outcome.request, query),
    headers: originHeaders(
      headersAfter(before, outcome.request, incoming.headers.cookie),
      viewer,
      location.options.name,
    ),
    host: incoming.headers.host ?? '',
    body,
  });
}

interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As the viewer sent it. */
  readonly host: string;
  readonly body: Buffer;
}

async function fromCacheOrOrigin(
  location: Location,
  behaviour: Behaviour,
  route: Route,
  request: Forwarded,
): Promise<Reply> {
  const { cache, options } = location;
  const policy = behaviour.cache;
  if (policy.kind === 'disabled' || !CACHED_METHODS.has(request.method)) {
    return fromOrigin(location, behaviour, route, request, undefined);
  }
  const key = cacheKey(policy, request);
  const entry = cache.get(key);
  const now = options.clock.now();
  if (entry !== undefined && now < entry.freshUntil) return hit(entry, now);

  const reply = await fromOrigin(location, behaviour, route, request, entry);
  // "CloudFront continues to serve cached content" where the origin does not: an outage does not take away what is here.
  if (entry !== undefined && entry.answer.status < 400 && reply.status >= 500) {
    cache.put(key, { ...entry, freshUntil: now + (options.errorCachingMinTtlMs ?? ERROR_CACHING_MIN_TTL_MS) });
    return { ...hit(entry, now), tries: reply.tries };
  }
  const freshMs = freshForMs(policy, reply, options.errorCachingMinTtlMs ?? ERROR_CACHING_MIN_TTL_MS);
  if (freshMs > 0 && request.method === 'GET') {
    const { status, headers, body } = reply;
    cache.put(key, { answer: { status, headers, body }, storedAt: now, freshUntil: now + freshMs });
  }
  return reply;
}

function hit({ answer, storedAt }: CacheEntry, now: number): Reply {
  const age = Math.floor((now - storedAt) / 1000);
  const xCache = answer.status >= 400 ? 'Error from cloudfront' : 'Hit from cloudfront';
  return { ...answer, headers: { ...answer.headers, age: String(age) }, xCache, tries: [] };
}

async function fromOrigin(
  { client }: Location,
  behaviour: Behaviour,
  route: Route,
  request: Forwarded,
  stale: CacheEntry | undefined,
): Promise<Reply> {
  const query = behaviour.forward === 'cache-key' ? keyedQuery(behaviour.cache, request.query) : request.query;
  const etag = stale?.answer.headers['etag'];
  const { outcome, tries } = await askRoute(client, route, (origin) => ({
    method: request.method,
    target: query === '' ? request.path : `${request.path}?${query}`,
    headers: {
      ...request.headers,
      ...route.customHeaders,
      ...(typeof etag === 'string' ? { 'if-none-match': etag } : {}),
      ...(request.body.length > 0 ? { 'content-length': request.body.length } : {}),
      host: route.hostHeader ?? new URL(origin.url).host,
    },
    body: request.body,
  }));
  if (outcome.kind === 'failed') {
    const status = VIEWER_STATUS[outcome.because];
    return { ...made(status, 'Error from cloudfront', ORIGIN_FAILED[status] ?? '', outcome.because), tries };
  }
  if (outcome.status === 304 && stale !== undefined) {
    return {
      ...stale.answer,
      headers: { ...stale.answer.headers, ...outcome.headers },
      xCache: 'RefreshHit from cloudfront',
      tries,
    };
  }
  const { status, headers, body } = outcome;
  return { status, headers, body, xCache: status >= 400 ? 'Error from cloudfront' : 'Miss from cloudfront', tries };
}

/**
 * What the viewer gets where no origin answered. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
 * has connections that could not be made, https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
 * those that something swallowed.
 */
const VIEWER_STATUS: Readonly<Record<OriginFailure, 502 | 504>> = {
  refused: 502,
  reset: 502,
  'connect-timeout': 504,
  'read-timeout': 504,
};

/** As the AllViewerExceptHostHeader policy has it, with what CloudFront adds. */
function originHeaders(headers: Record<string, string>, viewer: string, edge: string): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(name) && name !== 'host' && name !== 'content-length') forwarded[name] = value;
  }
  const earlier = forwarded['x-forwarded-for'];
  forwarded['x-forwarded-for'] = earlier === undefined ? viewer : `${earlier}, ${viewer}`;
  forwarded['via'] = `1.1 ${edge}.cloudfront.test (CloudFront)`;
  return forwarded;
}

function responseOf({ statusCode, headers = {}, body }: FunctionResponse): Reply {
  const bytes =
    typeof body === 'object'
      ? Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8')
      : Buffer.from(body ?? '');
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name.toLowerCase(), value])),
    body: bytes,
    xCache: 'FunctionGeneratedResponse from cloudfront',
    tries: [],
  };
}

/** An answer of CloudFront's own. */
function made(status: number, xCache: string, sentence: string, because?: string): Reply {
  const body = Buffer.from(`<!DOCTYPE html><html><head><title>ERROR: The request could not be satisfied</title></head>
<body><h1>${status} ERROR</h1><h2>The request could not be satisfied.</h2><p>${sentence}</p></body></html>\n`);
  return { status, headers: { 'content-type': 'text/html', server: 'CloudFront' }, body, xCache, tries: [], because };
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

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
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

const CACHED_METHODS = new Set(['GET', 'HEAD']);
const ERROR_CACHING_MIN_TTL_MS = 10_000;
const FUNCTION_FAILED =
  'The CloudFront function associated with the CloudFront distribution is invalid or could not run.';
const ORIGIN_FAILED: Readonly<Record<number, string>> = {
  502: "CloudFront wasn't able to connect to the origin.",
  504: 'CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection.',
};
