import cf, { type HeaderValue, type ViewerRequest, type ViewerRequestEvent } from 'cloudfront';
import { effectiveWeights, rankRegions } from '../../core/choose-region.ts';
import { OVERRIDE_KEY, readStored } from '../../core/read-routing.ts';
import type { CompiledService, CompiledTable, Origin } from './table.ts';

/*
 * The engine of cloudfront-js-2.0 refuses `f(await x)` and `f(...xs)` when it loads the file, which takes every request down,
 * and answers wrongly when a closure reads a variable that changed after an `await`. So: each `await` is a statement of its
 * own, one after the other, and there are no closures.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

/** Put here by the build. */
declare const EDGE_TABLE: CompiledTable;

/**
 * Steers a request to a region and changes nothing else about it. The store may be absent, empty or wrong: an error here would
 * be a 503 for every viewer, so whatever cannot be read counts as saying nothing.
 */
export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest> {
  const request = event.request;
  dropForgedHeaders(request.headers);
  const service = serviceOf(request);
  if (service === null) return request;

  let override: unknown;
  let routing: unknown;
  try {
    const store = cf.kvs();
    try {
      override = await store.get(OVERRIDE_KEY);
    } catch {
      override = null;
    }
    routing = await store.get(service.key);
  } catch {
    routing = null;
  }
  steer(request, service, override, routing, event.viewer.ip);
  return request;
}

/**
 * Viewers stick to a region by address. A cookie or a header would be the viewer's to choose, and with it the region;
 * a cookie would also need a second function to set it.
 */
function steer(request: ViewerRequest, service: CompiledService, g: unknown, s: unknown, viewer: string): void {
  const override = readStored(g);
  const routing = readStored(s);
  const ranked = rankRegions(service.regions, effectiveWeights(service.regions, routing, override), viewer);
  // Nobody is left where every region is fenced. Such a routing contradicts itself, and the default region serves, alone:
  // the edge steers, the fence that holds is the one at the origin.
  const first = ranked[0] || 0;
  const second = ranked[1];

  const primary = service.origins[first] as Origin;
  if (second !== undefined && isRead(request.method)) {
    const secondary = service.origins[second] as Origin;
    cf.createRequestOriginGroup({ originIds: [primary, secondary], failoverCriteria: service.failover });
  } else {
    cf.selectRequestOriginById(primary.originId);
  }
  // biome-ignore lint/style/useTemplate: the engine joins with + ten times as fast.
  request.headers['x-understudy-route'] = { value: override.e + '.' + routing.e };
  request.headers['x-understudy-region'] = { value: service.regions[first] as string };
}

/** Origins believe these headers, so none may come from a viewer. */
function dropForgedHeaders(headers: Record<string, HeaderValue>): void {
  for (const name in headers) {
    if (name.startsWith('x-understudy-')) delete headers[name];
  }
}

/** The table is in matching order: the first that fits is the most specific one. */
function serviceOf(request: ViewerRequest): CompiledService | null {
  // biome-ignore lint/style/useTemplate: as above.
  const path = request.uri + '/';
  const host = request.headers['host'];
  for (let i = 0; i < EDGE_TABLE.length; i++) {
    const service = EDGE_TABLE[i] as CompiledService;
    if (path.startsWith(service.prefix) && (!service.host || (host && host.value === service.host))) return service;
  }
  return null;
}

/** An origin group is for these methods only; CloudFront never repeats a write. */
function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
