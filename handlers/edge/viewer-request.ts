import cf, { type HeaderValue, type ViewerRequest, type ViewerRequestEvent, type ViewerResponse } from 'cloudfront';
import { BELIEF_PATH } from '../../core/belief-path.ts';
import { effectiveWeights, rankRegions } from '../../core/choose-region.ts';
import { OVERRIDE_KEY, readStored, type StoredValue } from '../../core/stored-value.ts';
import type { CompiledService, CompiledTable, Origin } from '../../deployment/edge-table.ts';

/*
 * The engine of cloudfront-js-2.0 refuses `f(await x)` and `f(...xs)` when it loads the file, which takes every request down,
 * and answers wrongly when a closure reads a variable that changed after an `await`. So: each `await` is a statement of its
 * own, one after the other, and there are no closures.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

/** Put here when the function is synthesised. */
declare const EDGE_TABLE: CompiledTable;
/** Whether any service of the table has the member: the build writes a file for each case, without what no service asks for. */
declare const TELLS_VIEWER: boolean;
declare const HAS_SITES: boolean;
declare const HAS_HOSTS: boolean;

/**
 * Steers a request to a region and changes nothing else about it; one path it answers itself, with what this edge believes. The
 * store may be absent, empty or wrong, and an error here would be a 503 for every viewer: what cannot be read says nothing, and
 * what cannot be steered goes to the origin of the behaviour.
 */
export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  dropForgedHeaders(request.headers);
  const service = serviceOf(request);
  if (!service) return request;
  if (TELLS_VIEWER && service.tellsViewer) request.headers['x-understudy-viewer'] = { value: event.viewer.ip };
  if (HAS_SITES && service.indexDocument && !namesFile(request.uri)) request.uri = service.indexDocument;

  let override: unknown;
  let routing: unknown;
  try {
    const store = cf.kvs();
    try {
      override = await store.get(OVERRIDE_KEY);
    } catch {
      // Without an override the routing still holds.
    }
    routing = await store.get(service.key);
  } catch {
    // What was not read says nothing.
  }
  try {
    return steer(request, service, readStored(override), readStored(routing), event.viewer.ip);
  } catch (error) {
    // biome-ignore lint/suspicious/noConsole: a CloudFront Function has no other voice.
    console.log(error);
  }
  return request;
}

/**
 * Viewers stick to a region by address. A cookie or a header would be the viewer's to choose, and with it the region;
 * a cookie would also need a second function to set it.
 */
function steer(
  request: ViewerRequest,
  service: CompiledService,
  override: StoredValue,
  routing: StoredValue,
  viewer: string,
): ViewerRequest | ViewerResponse {
  const weights = effectiveWeights(service.regions, routing, override);
  const ranked = rankRegions(service.regions, weights, viewer);
  // Nobody is left where every region is fenced. Such a routing contradicts itself, and the default region serves, alone:
  // the edge steers, the fence that holds is the one at the origin.
  const first = ranked[0] || 0;
  const second = ranked[1];
  const region = service.regions[first] as string;
  const name = service.key.slice(2);
  // What this edge does with the writes of this viewer, and by which write of ours. No origin is asked, so none can answer in
  // the place of another; and it is the very entry that steers the service's requests which answers, for the path is below its
  // prefix. Nothing of it is secret: who serves stands in every answer.
  if (request.uri.endsWith(BELIEF_PATH + name)) {
    const belief = { service: name, region, override: override.e, routing: routing.e, weights };
    return {
      statusCode: 200,
      headers: { 'content-type': { value: 'application/json' }, 'cache-control': { value: 'no-store' } },
      body: { encoding: 'text', data: JSON.stringify(belief) },
    };
  }

  const primary = service.origins[first] as Origin;
  // An origin group is for these methods only; CloudFront never repeats a write.
  const method = request.method;
  if (second !== undefined && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')) {
    cf.createRequestOriginGroup({
      originIds: [primary, service.origins[second] as Origin],
      failoverCriteria: service.failover,
    });
  } else {
    cf.selectRequestOriginById(primary.originId);
  }
  // biome-ignore lint/style/useTemplate: the engine joins with + ten times as fast.
  request.headers['x-understudy-route'] = { value: override.e + '.' + routing.e };
  request.headers['x-understudy-region'] = { value: region };
  return request;
}

/** Origins believe these headers, so none may come from a viewer. */
function dropForgedHeaders(headers: Record<string, HeaderValue>): void {
  for (const name in headers) {
    // The comparison spares most names the call.
    if (name >= 'x-understudy-' && name.startsWith('x-understudy-')) delete headers[name];
  }
}

/** A page of a site is a path of its script, and no object of the bucket. */
function namesFile(uri: string): boolean {
  return uri.indexOf('.', uri.lastIndexOf('/')) >= 0;
}

/** Most viewers send the host as the table has it, and then nothing else is tried. */
function serviceOf(request: ViewerRequest): CompiledService | undefined {
  const uri = request.uri;
  const host = request.headers['host'];
  return (
    (HAS_HOSTS && host && (serviceAt(host.value, uri) || serviceAt(plainHost(host.value), uri))) || serviceAt('', uri)
  );
}

/** The table is in matching order: the first that fits is the most specific one. An empty host is that of every host. */
function serviceAt(host: string, uri: string): CompiledService | undefined {
  for (let i = 0; i < EDGE_TABLE.length; i++) {
    const service = EDGE_TABLE[i] as CompiledService;
    if (service.host !== host) continue;
    // biome-ignore lint/style/useTemplate: as above.
    if (service.prefix === '/' || (uri + '/').startsWith(service.prefix)) return service;
  }
  return undefined;
}

/**
 * Capitals, the dot of the root and a default port make no other host.
 * https://www.rfc-editor.org/rfc/rfc9110#section-4.2.3 https://www.rfc-editor.org/rfc/rfc3986#section-3.2.3
 */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.?(:(443|80)?)?$/, '');
}
