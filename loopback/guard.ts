import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';

/** Which requests a listener of the sandbox takes. */
export interface GuardOptions {
  /** Host names that it has beside loopback's own and those below `.test`, without a port. */
  readonly names?: readonly string[];
  /** Whether an edge location may stand before it: then the `Origin` of a viewer names that, and not this listener. */
  readonly behindEdge?: boolean;
}

/**
 * Answers 403 and returns true where a web page of somebody else may have sent the request: loopback keeps other machines
 * out, and not the browser on this one. A name that was bound to loopback (DNS rebinding) shows in `Host`; a page's request
 * that needs no asking first (a form, `text/plain`) shows in `Origin` or `Sec-Fetch-Site`, which no page can set. SDKs, the
 * AWS CLI and curl send neither. https://www.w3.org/TR/fetch-metadata/
 */
export function refuseStranger(
  request: IncomingMessage,
  response: ServerResponse,
  options: GuardOptions = {},
): boolean {
  const because = strangeness(request.headers, options);
  if (because === null) return false;
  request.resume();
  response
    .writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' })
    .end(JSON.stringify({ __type: 'AccessDeniedException', message: `the sandbox refuses this request: ${because}` }));
  return true;
}

/** What shows that a request is a stranger's, in a sentence; null for one that may pass. */
export function strangeness(
  headers: IncomingMessage['headers'],
  { names = [], behindEdge = false }: GuardOptions = {},
): string | null {
  const { host, origin } = headers;
  const ours = (name: string) => isLocal(name) || names.includes(name);
  if (host !== undefined && !ours(nameIn(host))) {
    return `Host is ${host}, which is neither loopback nor a name of the sandbox`;
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return `Sec-Fetch-Site is ${String(site)}: a web page of another site sent it`;
  }
  if (origin === undefined) return null;
  const from = URL.parse(origin);
  const same = from !== null && (behindEdge ? ours(from.hostname) : from.host === host?.toLowerCase());
  return same ? null : `Origin is ${origin}: a web page of another site sent it`;
}

/** Loopback by number or by name, or a name below `.test`, which is nobody's. https://www.rfc-editor.org/rfc/rfc6761 */
function isLocal(name: string): boolean {
  if (isIPv4(name)) return name.startsWith('127.');
  return name === '[::1]' || name === 'localhost' || /\.(localhost|test)$/.test(name);
}

/** Without the port and a dot at the end, in lower case. */
const nameIn = (host: string): string => host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
