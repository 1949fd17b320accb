import http from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Answer, BadReason } from '../../core/observation.ts';

export interface ViewerRequest {
  readonly method: 'GET' | 'POST';
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Keeps connections by `address`, which may then be a name. Left out: a connection of its own. */
  readonly agent?: http.Agent | undefined;
  /** Where the name leads, asked when a connection is made. */
  readonly lookup?: LookupFunction | undefined;
}

const bodyMaxBytes = 64 * 1024;

/** Sends one request. Rejects with the system's error, or when the signal aborts. */
export function send(request: ViewerRequest, signal: AbortSignal): Promise<Omit<Answered, 'kind' | 'latencyMs'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Answered, 'kind' | 'latencyMs'>>();
  const { method, address, port, path, headers, body, agent = false, lookup } = request;
  const outgoing = http.request({
    method,
    host: address,
    port,
    path,
    headers,
    signal,
    agent,
    ...(lookup !== undefined && { lookup }),
  });
  outgoing.on('error', reject);
  outgoing.on('close', () => reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' })));
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyMaxBytes) chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: flatten(response.headers),
        body: Buffer.concat(chunks).toString('utf8'),
      }),
    );
  });
  outgoing.end(body);
  // What was answered leaves its connection to the next one, where there is an agent that keeps it.
  return agent === false ? promise.finally(() => outgoing.destroy()) : promise;
}

type Answered = Extract<Answer, { kind: 'answered' }>;

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** What a caller would call it. Throws what is no fault of the network. */
export function reasonOf(error: unknown): BadReason {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code !== 'string') throw error;
  if (code === 'ENODATA' || code === 'ENOTFOUND' || (typeof syscall === 'string' && syscall.startsWith('query')))
    return 'dns';
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'refused';
  return code === 'ETIMEDOUT' ? 'timeout' : 'reset';
}
