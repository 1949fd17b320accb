import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { HeaderValue, ViewerRequest, ViewerRequestEvent } from 'cloudfront';

/**
 * Load generators on loopback have one address for all their viewers; they name the viewer here. Part of the sandbox only:
 * it never reaches the function or an origin.
 */
export const VIEWER_IP_HEADER = 'x-sandbox-viewer-ip';

/** The address a request comes from. */
export function viewerIp(incoming: IncomingMessage): string {
  const stated = incoming.headers[VIEWER_IP_HEADER];
  if (typeof stated === 'string' && isIP(stated) !== 0) return stated;
  return incoming.socket.remoteAddress ?? '127.0.0.1';
}

/**
 * `alias` is the name of the distribution that a loopback address stands for: the function sees that as the `Host` where a viewer asked
 * for the address. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function viewerEvent(
  incoming: IncomingMessage,
  ip: string,
  requestId: string,
  { name, alias }: { readonly name: string; readonly alias?: string | undefined },
): ViewerRequestEvent {
  const { path, query } = splitTarget(incoming.url ?? '/');
  const { cookie, ...headers } = headersOf(incoming);
  const { host } = headers;
  if (alias !== undefined && host !== undefined && isLoopback(host.value)) headers['host'] = { value: alias };
  return {
    version: '1.0',
    context: {
      // As DNS has it: in lower case.
      distributionDomainName: `${name.toLowerCase()}.cloudfront.test`,
      distributionId: 'ELOOPBACK',
      eventType: 'viewer-request',
      requestId,
    },
    viewer: { ip },
    request: {
      method: incoming.method ?? 'GET',
      uri: path,
      querystring: valuesOf(query.split('&')),
      headers,
      cookies: valuesOf((cookie?.value ?? '').split(/;\s*/)),
    },
  };
}

const isLoopback = (host: string): boolean => /^(127(\.\d+){3}|localhost|\[::1\])(:\d+)?$/i.test(host);

export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** The query after the function: as the viewer wrote it where the function left it alone. */
export function queryAfter(before: ViewerRequest, after: ViewerRequest, query: string): string {
  return same(before.querystring, after.querystring) ? query : pairsOf(after.querystring).join('&');
}

/** The headers after the function, cookies among them. */
export function headersAfter(
  before: ViewerRequest,
  after: ViewerRequest,
  cookie: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, { value, multiValue }] of Object.entries(after.headers)) {
    headers[name] = multiValue === undefined ? value : multiValue.map((one) => one.value).join(', ');
  }
  const cookies = same(before.cookies, after.cookies) ? cookie : pairsOf(after.cookies).join('; ');
  if (cookies) headers['cookie'] = cookies;
  return headers;
}

function headersOf(incoming: IncomingMessage): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    if (values === undefined || name === VIEWER_IP_HEADER) continue;
    headers[name] =
      values.length === 1
        ? { value: values[0] ?? '' }
        : { value: values[0] ?? '', multiValue: values.map((value) => ({ value })) };
  }
  return headers;
}

/** `a=1` pairs by name, nothing decoded. */
function valuesOf(pairs: readonly string[]): Record<string, HeaderValue> {
  const values: Record<string, HeaderValue> = {};
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    const value = at < 0 ? '' : pair.slice(at + 1);
    const earlier = values[name];
    values[name] =
      earlier === undefined
        ? { value }
        : { value, multiValue: [...(earlier.multiValue ?? [{ value: earlier.value }]), { value }] };
  }
  return values;
}

function pairsOf(values: Readonly<Record<string, HeaderValue>>): string[] {
  return Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one) => (one.value === '' ? name : `${name}=${one.value}`)),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
