import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Serving } from './serving.ts';

export interface RefusalOptions {
  readonly serving: Pick<Serving, 'leftForMs'>;
  /**
   * What is refused once the grace is over: `everything`, only `writes` (whatever is not GET, HEAD or OPTIONS), or `nothing`.
   * Connections are closed in any case.
   */
  readonly refuses?: 'everything' | 'writes' | 'nothing';
  /**
   * How long all of it is still answered after the region was left, over connections that then close: what DNS may still lead here.
   * A minute for records of AWS, and a minute for clients that keep addresses longer.
   */
  readonly graceMs?: number;
  /** 421 says that another connection leads elsewhere; 503 is what clients and proxies know. */
  readonly status?: 421 | 503;
  readonly retryAfterSeconds?: number;
  /** Paths that are always answered, because health is asked there: those of `healthy.path` and of load balancers. */
  readonly except?: readonly string[];
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** For `http`, `http2`, Express and whatever else calls `(request, response, next)`. */
export type Middleware = (request: Request, response: Response, next: () => void) => void;

/**
 * Sends callers away from a region that was left: they keep their connections for ever otherwise, at any TTL. Every answer closes its
 * connection (GOAWAY in HTTP/2), so that the next call looks the address up again; after a grace it is a refusal.
 * Probes are always answered, or no standby would ever be seen to be well.
 */
export function sendAway(options: RefusalOptions): Middleware {
  const { serving, refuses = 'writes', graceMs = 120_000, status = 503, retryAfterSeconds = 1, except = [] } = options;
  return (request, response, next) => {
    const leftForMs = serving.leftForMs();
    if (leftForMs === null || isProbe(request, except)) return next();
    closeConnection(request, response);
    if (leftForMs < graceMs || refuses === 'nothing' || (refuses === 'writes' && isRead(request))) return next();
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'retry-after': String(retryAfterSeconds) };
    (response as ServerResponse)
      .writeHead(status, headers)
      .end('This region does not serve; look the address up again.\n');
    // What it was sent is not read.
    request.resume();
  };
}

function closeConnection(request: Request, response: Response): void {
  // In HTTP/2 the header is forbidden, and the session says goodbye when its streams are done.
  // https://www.rfc-editor.org/rfc/rfc9113#section-8.2.2
  if ('stream' in request) request.stream.session?.close();
  else (response as ServerResponse).setHeader('connection', 'close');
}

const isRead = ({ method = 'GET' }: Request) => ['GET', 'HEAD', 'OPTIONS'].includes(method);

/** Understudy's own say so in the query; whoever else says so is served, which does no harm. */
function isProbe({ url = '/' }: Request, except: readonly string[]): boolean {
  const mark = url.indexOf('?');
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  return except.includes(path) || new URLSearchParams(query).has('understudy-probe');
}
