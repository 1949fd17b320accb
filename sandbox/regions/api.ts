import type { IncomingMessage } from 'node:http';
import { unreachable } from '../../core/brand.ts';
import { type HealthyAnswer, statusesOf } from '../../core/service.ts';
import type { Fault } from './fault.ts';
import { healthyParts, withRegion, withText } from './healthy.ts';

/** A service that a region runs. It is asked for by host (`<name>.…`) or by path: under `path`, or under `/<name>`. */
export interface HostedService {
  readonly name: string;
  readonly path: string;
  /** What its probes expect; left out, `/health` that says `healthy`. */
  readonly healthy?: HealthyAnswer;
  /** Where this region is asked for that, beside `healthy.path`. */
  readonly ownPath?: string;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  /** Without the `?`, nothing decoded. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without the port, lower-case. */
  readonly host: string;
  readonly sourceIp: string;
  /** Null where it was too long to be taken. */
  readonly body: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The service that gave it; null where none did. */
  readonly service: string | null;
}

interface Surroundings {
  readonly region: string;
  readonly services: readonly HostedService[];
  readonly now: () => number;
  readonly random: () => number;
}

const bodyMaxBytes = 256 * 1024;

export async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size <= bodyMaxBytes) chunks.push(chunk);
  }
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    host: (incoming.headers.host ?? '').replace(/:\d*$/, '').toLowerCase(),
    body: size <= bodyMaxBytes ? Buffer.concat(chunks).toString('utf8') : null,
  };
}

/** The API as it answers when nothing is wrong. */
export function answerTo(request: ApiRequest, around: Surroundings): Answer {
  const { region } = around;
  const { service, path } = addressee(request, around.services);
  const hosted = around.services.find(({ name }) => name === service);
  const healthy = hosted?.healthy;
  const said = (status: number, about: object, more: Record<string, string> = {}): Answer => {
    const { headers, members } = withRegion(
      {
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-served-region': region, ...more },
        members: { ...(service === null ? {} : { service }), region, ...about },
      },
      healthy,
      region,
    );
    return { status, headers, body: JSON.stringify(members), service };
  };

  const asked = healthy === undefined ? [] : [healthy.path, ...(hosted?.ownPath === undefined ? [] : [hosted.ownPath])];
  const isProbe = isRead(request) || request.method === healthy?.method;
  if (healthy !== undefined && isProbe && asked.some((at) => isAskedFor(path, at))) {
    const { headers, members } = healthyParts(healthy);
    const [status = 200] = statusesOf(healthy.status);
    const answer = said(status, { status: 'healthy', path: request.path, ...members }, headers);
    return { ...answer, body: status === 204 ? '' : withText(answer.body, healthy) };
  }
  if (path === '/health' && isRead(request)) return said(200, { status: 'healthy', path: request.path });
  if (service === null) return said(404, { error: 'no such service', path: request.path });
  if (isRead(request)) return said(200, { path: request.path, at: new Date(around.now()).toISOString() });
  if (request.method !== 'POST') {
    return said(405, { error: `${request.method} is not allowed` }, { allow: 'GET, HEAD, POST' });
  }
  if (request.body === null) return said(413, { error: `a body may have ${bodyMaxBytes} bytes` });
  const id = `${service}-${Math.floor(around.random() * 2 ** 48).toString(36)}`;
  return said(
    201,
    { id, path: request.path, received: jsonOrText(request.body) },
    { location: `${request.path}/${id}` },
  );
}

/** The same answer with the fault in it. Faults that are no answer at all are not asked for here. */
export function spoil(fault: Exclude<Fault, 'hang' | 'slow'>, good: Answer, region: string): Answer {
  const error = (status: number, headers: Record<string, string> = {}): Answer => ({
    status,
    headers: { ...good.headers, ...headers },
    body: JSON.stringify({ message: status === 429 ? 'Too Many Requests' : 'Internal server error', region }),
    service: good.service,
  });
  switch (fault) {
    case '500':
    case '502':
    case '504':
      return error(Number(fault));
    case '503':
    case '429':
      return error(Number(fault), { 'retry-after': '1' });
    case 'wrong-body':
      return { ...good, status: 200, body: JSON.stringify({ message: 'hello', region }) };
    case 'html':
      // As a captive portal or a proxy's maintenance page would: it knows nothing of regions.
      return {
        ...good,
        status: 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!doctype html><title>Maintenance</title><p>We will be back soon.</p>',
      };
    case 'wrong-region': {
      const other = region === 'eu-central-1' ? 'eu-west-1' : 'eu-central-1';
      const said = jsonOrText(good.body);
      // Wherever the answer names its region.
      const body = typeof said === 'object' ? good.body.replaceAll(`"${region}"`, `"${other}"`) : good.body;
      const headers = Object.entries(good.headers).map(([name, value]) => [name, value === region ? other : value]);
      return { ...good, headers: Object.fromEntries(headers), body };
    }
    case 'dark':
    case 'lost':
    case 'flapping':
      // A request that was already in when the socket closed: it is answered well or, more likely, cut.
      return good;
    default:
      return unreachable(fault);
  }
}

/** Below whatever path the endpoint has. */
const isAskedFor = (path: string, at: string): boolean =>
  path.endsWith(`/${(at.split('?', 1)[0] ?? '').replace(/^\/+/, '')}`);

const isRead = ({ method }: ApiRequest) => method === 'GET' || method === 'HEAD';

/** Whom a request is for, and its path as that service sees it. The host decides, and then the longest prefix. */
export function addressee(
  request: Pick<ApiRequest, 'host' | 'path'>,
  services: readonly HostedService[],
): { service: string | null; path: string; byName: boolean } {
  const [label] = request.host.split('.');
  const byHost = services.find(({ name }) => name === label);
  const [best] = (byHost ? [byHost] : services)
    .flatMap((service) => prefixes(service).map((prefix) => ({ service: service.name, prefix })))
    .filter(({ prefix }) => request.path === prefix || request.path.startsWith(`${prefix}/`))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const byName = byHost !== undefined;
  if (best) return { service: best.service, path: request.path.slice(best.prefix.length) || '/', byName };
  return { service: byHost?.name ?? null, path: request.path, byName };
}

/** `/orders` and `/orders/…`, not `/ordersX`. A service at `/` has the empty prefix, under which everything is. */
const prefixes = ({ name, path }: HostedService) => [`/${name}`, path.replace(/\/+$/, '')];

function jsonOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
