import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Answer } from '../core/observation.ts';

export interface ProbeRequest {
  /** GET unless said otherwise. */
  readonly method?: string | undefined;
  /** Sent as JSON. */
  readonly send?: unknown;
  /** `http:` or `https:`. */
  readonly url: string;
  /** For everything together: name lookup, connection, handshake, headers and body. */
  readonly timeoutMs: number;
  /** DNS servers, `address` or `address:port`, asked instead of the system's; none means the system's resolver. */
  readonly resolvers: readonly string[];
  /** Unique per probe: it becomes the query `understudy-probe=<unique>`, so that no cache can answer for the service. Null: none. */
  readonly cacheBuster: string | null;
  /** Sent as they are. A `host` is also the name that TLS asks for (SNI) and checks. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form, where nothing is sent as JSON. */
  readonly form?: string;
  /** PEM. A certificate of our own, and who signed theirs where no public authority did. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  readonly sign?: Sign;
}

/** Gives all headers of a request, its signature among them. */
export type Sign = (request: {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}) => Promise<Readonly<Record<string, string>>>;

export interface ProbePorts {
  readonly now: () => number;
}

/** A healthy answer is small. What is longer is cut off here, and so is no JSON any more. */
const bodyMaxBytes = 64 * 1024;

/**
 * Sends one request and tells what came back. Nothing is reused: a new name lookup, a new connection, closed afterwards, for a
 * kept connection or a cached address would still lead to where traffic was yesterday. Redirects are answers, not
 * followed. A network fault is a value; throws only for a request that cannot be sent at all (a malformed URL or header).
 */
export async function probe(request: ProbeRequest, { now }: ProbePorts): Promise<Answer> {
  const url = new URL(request.url);
  if (request.cacheBuster !== null) {
    // Appended as text: to set a parameter would write the whole query anew, in other letters than the service was promised.
    url.search = `${url.search === '' ? '?' : `${url.search}&`}understudy-probe=${encodeURIComponent(request.cacheBuster)}`;
  }
  const content = contentOf(request);
  const headers = await headersOf(url, request, content);

  const startedAt = now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), request.timeoutMs);
  try {
    const received = await send(url, { ...request, headers, content: content?.text }, deadline.signal);
    return { kind: 'answered', ...received, latencyMs: Math.max(0, now() - startedAt) };
  } catch (error) {
    const fault = deadline.signal.aborted
      ? ({ because: 'timeout', detail: `no complete answer within ${request.timeoutMs} ms` } as const)
      : networkFault(error);
    return { kind: 'failed', ...fault, latencyMs: Math.max(0, now() - startedAt) };
  } finally {
    clearTimeout(timer);
  }
}

interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Content {
  readonly text: string;
  readonly type: string;
}

function contentOf({ send, form }: ProbeRequest): Content | null {
  if (send !== undefined) return { text: JSON.stringify(send), type: 'application/json' };
  return form === undefined ? null : { text: form, type: 'application/x-www-form-urlencoded' };
}

async function headersOf(
  url: URL,
  { method = 'GET', headers: given, sign }: ProbeRequest,
  content: Content | null,
): Promise<Readonly<Record<string, string>>> {
  const headers = {
    accept: 'application/json, */*;q=0.1',
    'accept-encoding': 'identity',
    'cache-control': 'no-cache',
    'user-agent': 'understudy-probe',
    ...(content === null ? {} : { 'content-type': content.type }),
    ...given,
  };
  return sign === undefined ? headers : sign({ method, url, headers, body: content?.text });
}

function send(
  url: URL,
  request: ProbeRequest & { readonly content: string | undefined },
  signal: AbortSignal,
): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<Received>();
  const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
    method: request.method ?? 'GET',
    // No agent: a connection of its own, closed after the answer.
    agent: false,
    lookup: request.resolvers.length === 0 ? systemLookup : resolverLookup(request.resolvers, signal),
    signal,
    headers: { ...request.headers },
    ...request.tls,
  });
  outgoing.on('error', reject);
  // An answer that breaks off without an error (an upgrade that nobody asked for) must not wait for ever.
  let isAnswered = false;
  outgoing.on('close', () => {
    if (!isAnswered) reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
  });
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () => {
      isAnswered = true;
      resolve({
        status: response.statusCode ?? 0,
        headers: flatten(response.headers),
        body: Buffer.concat(chunks).subarray(0, bodyMaxBytes).toString('utf8'),
      });
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= bodyMaxBytes) finish();
    });
    response.on('end', finish);
    response.on('error', reject);
  });
  outgoing.end(request.content);
  return promise.finally(() => outgoing.destroy());
}

function flatten(headers: http.IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** The system's own resolver; getaddrinfo remembers nothing in Node. https://nodejs.org/api/dns.html#dnslookup */
const systemLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) callback(new LookupError(hostname, error), '');
    else deliver(addresses, options, callback);
  });
};

/** A resolver per probe, so that nothing is remembered from the one before. */
function resolverLookup(resolvers: readonly string[], signal: AbortSignal): LookupFunction {
  return (hostname, options, callback) => {
    ask(hostname, resolvers, signal).then(
      (addresses) => deliver(addresses, options, callback),
      (error: unknown) => callback(new LookupError(hostname, error), ''),
    );
  };
}

async function ask(hostname: string, resolvers: readonly string[], signal: AbortSignal): Promise<LookupAddress[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 3 });
  resolver.setServers(resolvers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return (await resolver.resolve4(hostname)).map((address) => ({ address, family: 4 }));
  } catch (error) {
    if (codeOf(error) !== 'ENODATA') throw error;
    return (await resolver.resolve6(hostname)).map((address) => ({ address, family: 6 }));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Callers ask for one address or for all of them, and expect the answer in two shapes. */
function deliver(addresses: LookupAddress[], options: LookupOptions, callback: Parameters<LookupFunction>[2]): void {
  const [first] = addresses;
  if (options.all) callback(null, addresses);
  else if (first) callback(null, first.address, first.family);
  else callback(new LookupError('the host', { code: 'ENODATA' }), '');
}

/** Marks what failed before there was an address: a resolver's refusal has the same code as a server's. */
class LookupError extends Error {
  override readonly name = 'LookupError';
  readonly code: string;

  constructor(hostname: string, cause: unknown) {
    super(`no address for ${hostname}`, { cause });
    this.code = codeOf(cause);
  }
}

type Fault = Pick<Extract<Answer, { kind: 'failed' }>, 'because' | 'detail'>;

const refusedCodes = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH', 'EADDRNOTAVAIL']);
/** OpenSSL's verification results and Node's own codes; https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const tlsCode =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_|INVALID_|PATH_LENGTH_|HOSTNAME_|EPROTO$)|SELF_SIGNED/;

/** Names a fault by its code alone: messages of errors quote addresses and what the peer sent. */
function networkFault(error: unknown): Fault {
  const code = codeOf(error);
  if (error instanceof LookupError) return { because: 'dns', detail: `name not resolved (${code})` };
  if (refusedCodes.has(code)) return { because: 'refused', detail: `connection refused (${code})` };
  if (code === 'ETIMEDOUT') return { because: 'timeout', detail: `connection timed out (${code})` };
  if (tlsCode.test(code)) return { because: 'tls', detail: `no secure connection (${code})` };
  if (code.startsWith('HPE_')) return { because: 'reset', detail: `answer is not HTTP (${code})` };
  // Whatever else the system says about a connection that was or was being made, it is gone.
  if (/^E[A-Z0-9]+$/.test(code)) return { because: 'reset', detail: `connection broken (${code})` };
  throw error;
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
