import type { IncomingMessage } from 'node:http';
import { type Behaviour, matchBehaviour } from './behaviour.ts';
import type { EdgeFunction, FunctionResponse } from './edge-function.ts';
import { fromCacheOrOrigin, type Upstream } from './fetch.ts';
import { HOP_BY_HOP, type OriginConfig } from './origin.ts';
import { routeOf } from './origin-choice.ts';
import { made, type Reply } from './reply.ts';
import type { StoreCopy } from './store-copy.ts';
import { headersAfter, queryAfter, splitTarget, viewerEvent } from './viewer-event.ts';

/** One edge location, at work. */
export interface Location {
  readonly name: string;
  /** The name of the distribution for which this location's address stands. */
  readonly alias?: string | undefined;
  readonly behaviours: readonly Behaviour[];
  readonly origins: ReadonlyMap<string, OriginConfig>;
  readonly edgeFunction: EdgeFunction;
  readonly copy: StoreCopy;
  readonly upstream: Upstream;
}

/** Behaviour, function, cache, origins: in the order in which CloudFront comes to them. */
export async function answer(
  location: Location,
  incoming: IncomingMessage,
  viewer: string,
  requestId: string,
): Promise<Reply> {
  const body = await readAll(incoming);
  const method = incoming.method ?? 'GET';
  const { path, query } = splitTarget(incoming.url ?? '/');
  const behaviour = matchBehaviour(location.behaviours, path);
  if (!behaviour.allowedMethods.includes(method)) {
    return made(
      403,
      'Error from cloudfront',
      'This distribution is not configured to allow the HTTP request method that was used for this request.',
    );
  }
  if (body.length > 0 && (method === 'GET' || method === 'HEAD'))
    return made(403, 'Error from cloudfront', 'Bad request.');

  const event = viewerEvent(incoming, viewer, requestId, location);
  const before = event.request;
  const store = location.copy.current().entries;
  const outcome = behaviour.viewerRequest
    ? await location.edgeFunction.run(event, store)
    : ({ kind: 'forward', request: before, choice: null } as const);
  if (outcome.kind === 'failed')
    return made(503, 'FunctionExecutionError from cloudfront', FUNCTION_FAILED, outcome.because);
  if (outcome.kind === 'invalid')
    return made(502, 'FunctionValidationError from cloudfront', FUNCTION_FAILED, outcome.because);
  if (outcome.kind === 'respond') return responseOf(outcome.response);

  const routed = routeOf(outcome.choice, behaviour.target, location.origins, method);
  if (routed.kind === 'fault')
    return made(503, 'FunctionExecutionError from cloudfront', FUNCTION_FAILED, routed.because);

  return fromCacheOrOrigin(location.upstream, behaviour, routed.route, {
    method,
    path: outcome.request.uri,
    query: queryAfter(before, outcome.request, query),
    headers: originHeaders(headersAfter(before, outcome.request, incoming.headers.cookie), viewer, location.name),
    host: incoming.headers.host ?? '',
    body,
  });
}

/** As the AllViewerExceptHostHeader policy has it, with what CloudFront adds. */
function originHeaders(headers: Record<string, string>, viewer: string, edge: string): Record<string, string> {
  const forwarded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(name) && name !== 'host' && name !== 'content-length') forwarded[name] = value;
  }
  const earlier = forwarded['x-forwarded-for'];
  forwarded['x-forwarded-for'] = earlier === undefined ? viewer : `${earlier}, ${viewer}`;
  forwarded['via'] = `1.1 ${edge}.cloudfront.test (CloudFront)`;
  return forwarded;
}

function responseOf({ statusCode, headers = {}, body }: FunctionResponse): Reply {
  const bytes =
    typeof body === 'object'
      ? Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8')
      : Buffer.from(body ?? '');
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name.toLowerCase(), value])),
    body: bytes,
    xCache: 'FunctionGeneratedResponse from cloudfront',
    tries: [],
  };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const FUNCTION_FAILED =
  'The CloudFront function associated with the CloudFront distribution is invalid or could not run.';
