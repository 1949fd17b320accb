import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { wallClock } from '../../../loopback/clock.ts';
import type { Behaviour } from '../../../loopback/edge/behaviour.ts';
import { freshForMs } from '../../../loopback/edge/cache.ts';
import type { Edge, EdgeOptions } from '../../../loopback/edge/edge.ts';
import { ask, failing, startWorld, type World } from './world.ts';

/** Six minutes, one query parameter and the viewer's address: the system with the origin group. */
const cached: Behaviour = {
  pathPattern: '*',
  target: { originIds: ['east', 'west'], statusCodes: [500, 502, 503, 504] },
  allowedMethods: ['GET', 'HEAD'],
  cache: {
    kind: 'enabled',
    minTtlMs: 360_000,
    defaultTtlMs: 360_000,
    maxTtlMs: 360_000,
    queryStrings: ['allowed_query_string_param'],
    headers: ['x-forwarded-for'],
  },
  forward: 'cache-key',
  viewerRequest: false,
};

const untilOrigin: Behaviour = {
  ...cached,
  cache: { kind: 'enabled', minTtlMs: 0, defaultTtlMs: 0, maxTtlMs: 360_000, queryStrings: 'all', headers: [] },
};

let world: World;
let now: number;
beforeEach(async () => {
  world = await startWorld();
  now = 0;
});
afterEach(() => world.close());

const edgeFor = (behaviour: Behaviour, options: Partial<EdgeOptions> = {}) =>
  world.edge({ behaviours: [behaviour], clock: { now: () => now, wait: wallClock.wait }, ...options });
const xCache = async (edge: Edge, path: string, viewer = '203.0.113.7') =>
  (await ask(edge.url + path, { headers: { 'x-sandbox-viewer-ip': viewer } })).headers['x-cache'];

describe('a behaviour with a cache', () => {
  test('misses, then hits, until its time is over', async () => {
    const edge = await edgeFor(cached);

    expect(await xCache(edge, '/api')).toBe('Miss from cloudfront');
    now = 359_999;
    expect(await xCache(edge, '/api')).toBe('Hit from cloudfront');
    now = 360_000;
    expect(await xCache(edge, '/api')).toBe('Miss from cloudfront');
  });

  test('keys by what its policy names, and passes only that on', async () => {
    const edge = await edgeFor(cached);
    await xCache(edge, '/api?allowed_query_string_param=Daniele&other=1');

    expect(await xCache(edge, '/api?other=2&allowed_query_string_param=Daniele')).toBe('Hit from cloudfront');
    expect(await xCache(edge, '/api?allowed_query_string_param=Marco')).toBe('Miss from cloudfront');
    expect(await xCache(edge, '/api?allowed_query_string_param=Daniele', '203.0.113.8')).toBe('Miss from cloudfront');
    expect(world.east.seen.map(({ url }) => url)).toEqual([
      '/api?allowed_query_string_param=Daniele',
      '/api?allowed_query_string_param=Marco',
      '/api?allowed_query_string_param=Daniele',
    ]);
  });

  test('hides an outage from whoever asks without a fresh key', async () => {
    const edge = await edgeFor(cached);
    await ask(`${edge.url}/api`);
    await world.east.goDark();

    expect((await ask(`${edge.url}/api`)).headers['x-served-region']).toBe('us-east-1');
    expect((await ask(`${edge.url}/api?allowed_query_string_param=fresh`)).headers['x-served-region']).toBe(
      'us-west-2',
    );
  });

  test('keeps an error for ten seconds', async () => {
    const edge = await edgeFor({ ...untilOrigin, target: { originId: 'east' } });
    world.east.answer = failing(503);

    await xCache(edge, '/');
    now = 9_999;
    expect(await xCache(edge, '/')).toBe('Error from cloudfront');
    expect(world.east.seen).toHaveLength(1);
    now = 10_000;
    await xCache(edge, '/');
    expect(world.east.seen).toHaveLength(2);
  });

  test('keeps no error where it is told so', async () => {
    const edge = await edgeFor({ ...untilOrigin, target: { originId: 'east' } }, { errorCachingMinTtlMs: 0 });
    world.east.answer = failing(503);

    await xCache(edge, '/');
    await xCache(edge, '/');

    expect(world.east.seen).toHaveLength(2);
  });

  test('serves what it has, though stale, while the origin is ill', async () => {
    const edge = await edgeFor({ ...untilOrigin, target: { originId: 'east' } });
    world.east.answer = failing(200, { 'cache-control': 'max-age=1' });
    await xCache(edge, '/');
    world.east.answer = failing(503);
    now = 5000;

    expect(await ask(edge.url)).toMatchObject({ status: 200, body: 'status 200' });
  });

  test('asks whether a stale answer still holds', async () => {
    const edge = await edgeFor({ ...untilOrigin, target: { originId: 'east' } });
    world.east.answer = (request, response) => {
      const known = request.headers['if-none-match'] === '"1"';
      response.writeHead(known ? 304 : 200, { etag: '"1"', 'cache-control': 'max-age=1' });
      response.end(known ? undefined : 'body');
    };
    await ask(edge.url);
    now = 5000;

    expect(await ask(edge.url)).toMatchObject({
      status: 200,
      body: 'body',
      headers: { 'x-cache': 'RefreshHit from cloudfront' },
    });
    expect(await xCache(edge, '/')).toBe('Hit from cloudfront');
  });
});

test('a behaviour without a cache asks the origin every time, errors included', async () => {
  const edge = await edgeFor({ ...cached, cache: { kind: 'disabled' } });

  await xCache(edge, '/');
  await xCache(edge, '/');

  expect(world.east.seen).toHaveLength(2);
});

describe('an answer stays fresh', () => {
  const policy = {
    kind: 'enabled',
    minTtlMs: 1000,
    defaultTtlMs: 60_000,
    maxTtlMs: 600_000,
    queryStrings: 'all',
    headers: [],
  } as const;
  const freshMs = (status: number, control?: string) =>
    freshForMs(policy, { status, headers: control === undefined ? {} : { 'cache-control': control } }, 10_000);

  test.each([
    [200, undefined, 60_000],
    [200, 'max-age=5', 5000],
    [200, 'max-age=0', 1000],
    [200, 'max-age=99999', 600_000],
    [200, 'max-age=5, s-maxage=7', 7000],
    [200, 'no-store', 1000],
    [200, 'private, max-age=5', 1000],
    [503, undefined, 10_000],
    [404, 'max-age=60', 60_000],
    [403, undefined, 0],
    [403, 'max-age=5', 10_000],
  ])('%i with %s', (status, control, expected) => {
    expect(freshMs(status, control)).toBe(expected);
  });
});
