/** What a behaviour caches, and by what. */
export type CachePolicy =
  /** Managed-CachingDisabled, which is what an API's behaviour has. */
  | { readonly kind: 'disabled' }
  | {
      readonly kind: 'enabled';
      readonly minTtlMs: number;
      readonly defaultTtlMs: number;
      readonly maxTtlMs: number;
      /** Which query parameters are part of the key. */
      readonly queryStrings: 'all' | readonly string[];
      /** Which request headers are part of the key, in lower case. */
      readonly headers: readonly string[];
    };

export interface CachedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

export interface CacheEntry {
  readonly answer: CachedAnswer;
  readonly storedAt: number;
  readonly freshUntil: number;
}

/** One edge location's cache. The origin that gave an answer is not part of the key: a cached object survives a move. */
export interface Cache {
  get(key: string): CacheEntry | undefined;
  put(key: string, entry: CacheEntry): void;
}

export function createCache(entriesMax = 10_000): Cache {
  const entries = new Map<string, CacheEntry>();
  return {
    get: (key) => entries.get(key),
    put(key, entry) {
      entries.delete(key);
      entries.set(key, entry);
      const [oldest] = entries.keys();
      if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest);
    },
  };
}

/** The query as it is part of the key: parameters in a fixed order, only those that the policy names. */
export function keyedQuery(policy: CachePolicy, query: string): string {
  if (policy.kind === 'disabled' || policy.queryStrings === 'all') return query;
  const { queryStrings } = policy;
  return query
    .split('&')
    .filter((pair) => queryStrings.includes(pair.split('=', 1)[0] ?? ''))
    .sort()
    .join('&');
}

export function cacheKey(
  policy: Extract<CachePolicy, { kind: 'enabled' }>,
  request: { readonly host: string; readonly path: string; readonly query: string; readonly headers: Headers },
): string {
  const headers = policy.headers.map((name) => [name, request.headers[name] ?? '']);
  return JSON.stringify([request.host, request.path, keyedQuery(policy, request.query), headers]);
}

type Headers = Readonly<Record<string, unknown>>;

/**
 * How long an answer stays fresh; 0 where it is not stored.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function freshForMs(
  policy: Extract<CachePolicy, { kind: 'enabled' }>,
  { status, headers }: Pick<CachedAnswer, 'status' | 'headers'>,
  errorCachingMinTtlMs: number,
): number {
  const control = parseCacheControl(String(headers['cache-control'] ?? ''));
  const stated = control.sMaxAgeMs ?? control.maxAgeMs;
  if (status >= 400) {
    if (ERRORS_ALWAYS_CACHED.has(status)) return Math.max(errorCachingMinTtlMs, stated ?? 0);
    return stated === undefined ? 0 : Math.max(errorCachingMinTtlMs, stated);
  }
  if (control.forbidden) return policy.minTtlMs;
  return Math.min(policy.maxTtlMs, Math.max(policy.minTtlMs, stated ?? policy.defaultTtlMs));
}

/** The others only with a Cache-Control of their own. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html */
const ERRORS_ALWAYS_CACHED = new Set([404, 414, 500, 501, 502, 503, 504]);

function parseCacheControl(text: string): { forbidden: boolean; maxAgeMs?: number; sMaxAgeMs?: number } {
  const seconds = (name: string) => {
    const digits = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*"?(\\d+)`, 'i').exec(text)?.[1];
    return digits === undefined ? undefined : Number(digits) * 1000;
  };
  const maxAgeMs = seconds('max-age');
  const sMaxAgeMs = seconds('s-maxage');
  return {
    forbidden: /(?:^|[\s,])(no-cache|no-store|private)(?:$|[\s,=])/i.test(text),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(sMaxAgeMs === undefined ? {} : { sMaxAgeMs }),
  };
}
