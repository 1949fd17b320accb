import { Resolver } from 'node:dns/promises';
import http from 'node:http';
import type { FrontDoor } from '../../core/service.ts';
import type { Answer, ApiRequest } from './api.ts';

/** Hands a request on to a front door, found by its name each time, and its answer back. */
export async function proxied(frontDoor: FrontDoor, request: ApiRequest, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const url = new URL(frontDoor.url);
    const [resolver] = frontDoor.resolvers;
    const address = resolver === undefined ? url.hostname : await resolved(url.hostname, resolver);
    return await send({ ...request, path: url.pathname }, { address, port: url.port, host: url.host }, signal);
  } catch {
    const status = signal.aborted ? 504 : 502;
    const message = signal.aborted ? 'Endpoint request timed out' : 'Internal server error';
    return {
      status,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
      service: null,
    };
  }
}

async function resolved(name: string, server: string): Promise<string> {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  resolver.setServers([server]);
  const [address] = await resolver.resolve4(name);
  if (address === undefined) throw new Error(`${name} has no address`);
  return address;
}

function send(
  { method, path, query, headers, body }: ApiRequest,
  { address, port, host }: { readonly address: string; readonly port: string; readonly host: string },
  signal: AbortSignal,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { connection: _, 'content-length': __, 'transfer-encoding': ___, ...kept } = headers;
  const outgoing = http.request({
    host: address,
    port: port || 80,
    method,
    path: query === '' ? path : `${path}?${query}`,
    headers: { ...kept, host, ...(body ? { 'content-length': Buffer.byteLength(body) } : {}) },
    agent: false,
    signal,
  });
  outgoing.on('error', reject);
  outgoing.on('response', (incoming) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', reject);
    incoming.on('end', () => {
      const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...received } = incoming.headers;
      resolve({
        status: incoming.statusCode ?? 502,
        headers: Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)])),
        body: Buffer.concat(chunks).toString('utf8'),
        service: null,
      });
    });
  });
  outgoing.end(body ?? undefined);
  return promise;
}
