import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { OriginAccess } from './origin-access.ts';

/** An origin of the distribution. */
export interface OriginConfig {
  readonly id: string;
  /** `http://127.0.0.1:port`; a path in it goes before that of every request, as OriginPath does. */
  readonly url: string;
  /** 1 to 3. CloudFront's default is 3. */
  readonly connectionAttempts: number;
  /** CloudFront's default is 10 s. */
  readonly connectionTimeoutMs: number;
  /** For the first byte, and then between one packet and the next. CloudFront's default is 30 s. */
  readonly readTimeoutMs: number;
  /** Where the origin takes signed requests alone. */
  readonly access?: OriginAccess | undefined;
}

export interface OriginRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export type OriginOutcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string | string[]>>;
      readonly body: Buffer;
    }
  | { readonly kind: 'failed'; readonly because: OriginFailure };

export type OriginFailure = 'refused' | 'connect-timeout' | 'reset' | 'read-timeout';

export interface OriginClient {
  /** Asks until an attempt succeeds or none is left. The whole answer is read before the viewer gets any of it. */
  ask(origin: OriginConfig, request: OriginRequest): Promise<OriginOutcome>;
  close(): void;
}

export function createOriginClient(): OriginClient {
  const kept = new Agent({ keepAlive: true });
  // A kept connection may be closed by the origin while the request is on its way, and nobody can tell whether it was read.
  // A read is simply sent again; a write must not be, so it gets a connection of its own.
  const fresh = new Agent({ keepAlive: false });

  return {
    async ask(origin, request) {
      const repeatable = request.method === 'GET' || request.method === 'HEAD';
      let outcome: OriginOutcome = { kind: 'failed', because: 'refused' };
      for (let attempt = 1; attempt <= origin.connectionAttempts; attempt++) {
        outcome = await askOnce(origin, request, repeatable ? kept : fresh);
        if (outcome.kind === 'answered') return outcome;
        // Attempts multiply connection timeouts for every method, response timeouts for GET and HEAD alone.
        // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
        if (outcome.because === 'reset' || (outcome.because === 'read-timeout' && !repeatable)) return outcome;
      }
      return outcome;
    },
    close() {
      kept.destroy();
      fresh.destroy();
    },
  };
}

async function askOnce(origin: OriginConfig, request: OriginRequest, agent: Agent): Promise<OriginOutcome> {
  for (;;) {
    const outcome = await send(origin, request, agent);
    if (outcome !== 'stale-connection') return outcome;
  }
}

function send(
  origin: OriginConfig,
  { method, target, headers, body }: OriginRequest,
  agent: Agent,
): Promise<OriginOutcome | 'stale-connection'> {
  const { hostname, port, pathname } = new URL(origin.url);
  const { promise, resolve } = Promise.withResolvers<OriginOutcome | 'stale-connection'>();
  const outgoing = httpRequest({ agent, hostname, port, method, path: pathname.replace(/\/$/, '') + target, headers });

  let timer: NodeJS.Timeout | undefined;
  const giveUpAfter = (ms: number, because: OriginFailure) => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(because), ms);
  };
  const settle = (outcome: OriginOutcome | 'stale-connection') => {
    clearTimeout(timer);
    resolve(outcome);
  };
  const fail = (because: OriginFailure) => {
    settle({ kind: 'failed', because });
    outgoing.destroy();
  };
  const waitForBytes = () => giveUpAfter(origin.readTimeoutMs, 'read-timeout');

  outgoing.on('socket', (socket) => {
    if (!socket.connecting) return waitForBytes();
    giveUpAfter(origin.connectionTimeoutMs, 'connect-timeout');
    socket.once('connect', waitForBytes);
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) settle('stale-connection');
    else
      settle({
        kind: 'failed',
        because: error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : failureOf(error),
      });
  });
  outgoing.on('response', (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => {
      waitForBytes();
      chunks.push(chunk);
    });
    incoming.on('end', () => settle(answer(incoming, Buffer.concat(chunks))));
    incoming.on('error', () => fail('reset'));
  });
  outgoing.end(body);
  return promise;
}

/** Everything that kept a connection from being made; a broken or foreign answer counts with a reset, as no usable answer. */
function failureOf({ code }: NodeJS.ErrnoException): OriginFailure {
  return code?.startsWith('HPE_') ? 'reset' : 'refused';
}

function answer(incoming: IncomingMessage, body: Buffer): OriginOutcome {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  }
  return { kind: 'answered', status: incoming.statusCode ?? 502, headers, body };
}

/** Headers that concern one connection only. https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
export const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
