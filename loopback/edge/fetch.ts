import type { Clock } from '../clock.ts';
import type { Behaviour } from './behaviour.ts';
import { type CacheEntry, cacheKey, type createCache, freshForMs, keyedQuery } from './cache.ts';
import type { createOriginClient, OriginFailure } from './origin.ts';
import { accessHeaders } from './origin-access.ts';
import { askRoute, type Route } from './origin-choice.ts';
import { made, type Reply } from './reply.ts';

/** Where answers come from: the cache of this edge, and its connections to the origins. */
export interface Upstream {
  readonly cache: ReturnType<typeof createCache>;
  readonly client: ReturnType<typeof createOriginClient>;
  readonly clock: Clock;
  readonly errorCachingMinTtlMs: number;
}

/** A viewer's request as it goes on, after the function. */
export interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As the viewer sent it. */
  readonly host: string;
  readonly body: Buffer;
}

export async function fromCacheOrOrigin(
  upstream: Upstream,
  behaviour: Behaviour,
  route: Route,
  request: Forwarded,
): Promise<Reply> {
  const { cache, clock, errorCachingMinTtlMs } = upstream;
  const policy = behaviour.cache;
  if (policy.kind === 'disabled' || !CACHED_METHODS.has(request.method)) {
    return fromOrigin(upstream, behaviour, route, request, undefined);
  }
  const key = cacheKey(policy, request);
  const entry = cache.get(key);
  const now = clock.now();
  if (entry !== undefined && now < entry.freshUntil) return hit(entry, now);

  const reply = await fromOrigin(upstream, behaviour, route, request, entry);
  // "CloudFront continues to serve cached content" where the origin does not: an outage does not take away what is here.
  if (entry !== undefined && entry.answer.status < 400 && reply.status >= 500) {
    cache.put(key, { ...entry, freshUntil: now + errorCachingMinTtlMs });
    return { ...hit(entry, now), tries: reply.tries };
  }
  const freshMs = freshForMs(policy, reply, errorCachingMinTtlMs);
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
  { client, clock }: Upstream,
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
      ...(origin.access === undefined ? {} : accessHeaders(origin.access, clock.now())),
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

const ORIGIN_FAILED: Readonly<Record<number, string>> = {
  502: "CloudFront wasn't able to connect to the origin.",
  504: 'CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin closed the connection.',
};

const CACHED_METHODS = new Set(['GET', 'HEAD']);
