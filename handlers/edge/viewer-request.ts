import cf, {
  type HeaderValue,
  type KeyValueStore,
  type ViewerRequest,
  type ViewerRequestEvent,
  type ViewerResponse,
} from 'cloudfront';
import { BELIEF_PATH } from '../../core/belief-path.ts';
import { effectiveWeights, rankRegions } from '../../core/choose-region.ts';
import { OVERRIDE_KEY, readStored, type StoredValue } from '../../core/stored-value.ts';
import type { CompiledService, Page } from '../../deployment/edge-table.ts';
import { OWN_NAME } from '../../deployment/own-name.ts';

/*
 * The engine of cloudfront-js-2.0 refuses `f(await x)` and `f(...xs)` when it loads the file, which takes every request down,
 * and answers wrongly when a closure reads a variable that changed after an `await`. So: each `await` is a statement of its
 * own, one after the other, and there are no closures.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

/** Put here when the function is synthesised: one service, or what the keys begin with by which each of several is found, and pages that are not in the store. */
declare const EDGE_TABLE: Page;
declare const EDGE_PAGES: Readonly<Record<string, Page>>;
declare const EDGE_KEYS: string;
declare const FAILOVER_CODES: readonly number[];
/** Whether there are several services, with pages in the store, and any has the member: the build writes a file for each case, without what no service asks for. */
declare const LOOKS_UP: boolean;
declare const PAGES_IN_STORE: boolean;
declare const TELLS_VIEWER: boolean;
declare const HAS_SITES: boolean;

/**
 * Steers a request to a region and changes nothing else about it; one path it answers itself, with what this edge believes. The
 * store may be absent, empty or wrong, and an error here would be a 503 for every viewer: what cannot be read says nothing, and
 * what cannot be steered goes to the origin of the behaviour.
 */
export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  const headers = request.headers;
  // Origins believe these headers, so none may come from a viewer. The comparison spares most names the call.
  for (const name in headers) if (name >= 'x-understudy-' && name.startsWith('x-understudy-')) delete headers[name];
  // biome-ignore lint/style/useTemplate: the engine joins with + ten times as fast.
  const path = request.uri + '/';
  let store: KeyValueStore | undefined;
  let service: CompiledService | undefined;
  if (LOOKS_UP) {
    try {
      if (PAGES_IN_STORE) store = cf.kvs();
      const start = EDGE_KEYS + hostOf(event);
      let key = start;
      // From page to page, each for more of the path than the one before, so that this ends whatever the pages say. The last one
      // that can be read and says anything of the path says it of the longest prefix.
      for (let end = 0; end >= 0; ) {
        let page: Page;
        if (PAGES_IN_STORE) {
          const text = await (store as KeyValueStore).get(key);
          page = JSON.parse(text);
        } else {
          page = EDGE_PAGES[key] as Page;
        }
        // One that is not there is read as an error here, as the store's is above.
        service = serviceAt(page, path) || service;
        let more = page[0];
        if (!(more > 0)) break;
        for (; more > 0 && end >= 0; more--) end = path.indexOf('/', end + 1);
        key = start + path.slice(0, end);
      }
    } catch {
      // No page: nothing is known of the host, or of a longer path.
    }
  } else {
    service = serviceAt(EDGE_TABLE, path);
  }
  if (!service || (LOOKS_UP && !service[1])) return request;
  if (TELLS_VIEWER && service[4]) headers['x-understudy-viewer'] = { value: event.viewer.ip };
  // A page of a site is a path of its script, and no object of the bucket.
  if (HAS_SITES && service[5] && !/\.[^/.]*$/.test(request.uri)) request.uri = service[5];

  let override: unknown;
  let routing: unknown;
  try {
    if (!PAGES_IN_STORE) store = cf.kvs();
    try {
      override = await (store as KeyValueStore).get(OVERRIDE_KEY);
    } catch {
      // Without an override the routing still holds.
    }
    routing = await (store as KeyValueStore).get(service[1]);
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
  const regions = service[2];
  const origins = service[3];
  const weights = effectiveWeights(regions, routing, override);
  const ranked = rankRegions(regions, weights, viewer);
  // Nobody is left where every region is fenced. Such a routing contradicts itself, and the default region serves, alone:
  // the edge steers, the fence that holds is the one at the origin.
  const first = ranked[0] || 0;
  const second = ranked[1] as number;
  const region = regions[first] as string;
  const name = service[1].slice(2);
  // What this edge does with the writes of this viewer, and by which write of ours. No origin is asked, so none can answer in
  // the place of another; and it is the very entry that steers the service's requests which answers, for the path is below its
  // prefix. Nothing of it is secret: who serves stands in every answer.
  if (request.uri.endsWith(BELIEF_PATH + name)) {
    return {
      statusCode: 200,
      headers: { 'content-type': { value: 'application/json' }, 'cache-control': { value: 'no-store' } },
      body: {
        encoding: 'text',
        data: JSON.stringify({ service: name, region, override: override.e, routing: routing.e, weights }),
      },
    };
  }

  const originId = origins[first] as string;
  // An origin group is for these methods only; CloudFront never repeats a write.
  const method = request.method;
  if (second >= 0 && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')) {
    cf.createRequestOriginGroup({
      originIds: [{ originId }, { originId: origins[second] as string }],
      failoverCriteria: { statusCodes: FAILOVER_CODES },
    });
  } else {
    cf.selectRequestOriginById(originId);
  }
  // biome-ignore lint/style/useTemplate: as above.
  request.headers['x-understudy-route'] = { value: override.e + '.' + routing.e };
  request.headers['x-understudy-region'] = { value: region };
  return request;
}

/**
 * As keys have it. Capitals, the dot of the root and a default port make no other host.
 * https://www.rfc-editor.org/rfc/rfc9110#section-4.2.3 https://www.rfc-editor.org/rfc/rfc3986#section-3.2.3
 */
function hostOf(event: ViewerRequestEvent): string {
  let host = (event.request.headers['host'] as HeaderValue).value.toLowerCase();
  // A name ends in a letter, and is spared what takes longest.
  if (host.slice(-1) < 'a') host = host.replace(/\.?(:(443|80)?)?$/, '');
  return host === event.context.distributionDomainName ? OWN_NAME : host;
}

/** In matching order: the first that fits is the most specific one. Prefixes end in `/`, and so does the path. */
function serviceAt(page: Page, path: string): CompiledService | undefined {
  for (let i = 1; i < page.length; i++) {
    const service = page[i] as CompiledService;
    if (path.startsWith(service[0])) return service;
  }
  return undefined;
}
