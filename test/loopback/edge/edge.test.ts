import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OriginConfig } from '../../../loopback/edge/origin.ts';
import { ask, failing, hanging, resetting, startWorld, type World } from './world.ts';

const EAST = { 'us-east-1': 1000, 'us-west-2': 0 };
const WEST = { 'us-east-1': 0, 'us-west-2': 1000 };

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const servedBy = (reply: { body: string }) => JSON.parse(reply.body).region;

describe('a request through the edge', () => {
  test('reaches the active region unchanged, and nobody is redirected', async () => {
    world.store.route(WEST);
    const edge = await world.edge();
    const body = '{"item":1}';

    const reply = await ask(`${edge.url}/orders/a%20b?x=1&x=2&y`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-mine': '1', cookie: 'a=1; b=2' },
      body,
    });

    expect(reply.status).toBe(200);
    expect(servedBy(reply)).toBe('us-west-2');
    expect(world.west.seen).toMatchObject([
      {
        method: 'POST',
        url: '/orders/a%20b?x=1&x=2&y',
        body,
        headers: { 'content-type': 'application/json', 'x-mine': '1', cookie: 'a=1; b=2' },
      },
    ]);
    expect(world.east.seen).toEqual([]);
  });

  test('tells the origin who asked, by which epochs it came, and nothing forged', async () => {
    world.store.route(EAST);
    const edge = await world.edge();

    await ask(edge.url, {
      headers: {
        'x-sandbox-viewer-ip': '203.0.113.7',
        'x-forwarded-for': '198.51.100.1',
        'x-understudy-route': '99.99',
      },
    });

    const headers = world.east.seen[0]?.headers;
    expect(headers).toMatchObject({
      'x-forwarded-for': '198.51.100.1, 203.0.113.7',
      'x-understudy-route': '0.1',
      'x-understudy-region': 'us-east-1',
      host: new URL(world.east.url).host,
    });
    expect(headers).not.toHaveProperty('x-sandbox-viewer-ip');
  });

  test('says where it was answered, as CloudFront does', async () => {
    const edge = await world.edge();

    const { headers } = await ask(edge.url);

    expect(headers).toMatchObject({
      'x-cache': 'Miss from cloudfront',
      'x-amz-cf-pop': 'FRA50-P1',
      via: '1.1 FRA50-P1.cloudfront.test (CloudFront)',
    });
    expect(headers['x-amz-cf-id']).toMatch(/^[\w-]{50,}$/);
  });

  test('shares are kept: with 50 and 50 both regions answer', async () => {
    world.store.route({ 'us-east-1': 500, 'us-west-2': 500 });
    const edge = await world.edge();

    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask(edge.url, { headers: { 'x-sandbox-viewer-ip': `198.51.100.${i}` } })),
    );

    expect(new Set(replies.map(servedBy))).toEqual(new Set(['us-east-1', 'us-west-2']));
  });

  test('from one viewer always reaches the same region', async () => {
    world.store.route({ 'us-east-1': 500, 'us-west-2': 500 });
    const edge = await world.edge();
    const headers = { 'x-sandbox-viewer-ip': '2001:db8::7' };

    const replies = await Promise.all(Array.from({ length: 10 }, () => ask(edge.url, { headers })));

    expect(new Set(replies.map(servedBy)).size).toBe(1);
  });
});

describe('while the active region is ill, a read', () => {
  beforeEach(() => {
    world.store.route(EAST);
  });

  test.each([500, 502, 503, 504])('is answered by the other region after %i', async (status) => {
    world.east.answer = failing(status);
    const edge = await world.edge();

    expect(servedBy(await ask(`${edge.url}/any/path`))).toBe('us-west-2');
    expect(world.requests[0]?.tries).toEqual([
      { originId: 'east', result: status },
      { originId: 'west', result: 200 },
    ]);
  });

  test.each([200, 204, 301, 400, 401, 403, 404, 429])('gets its %i', async (status) => {
    world.east.answer = failing(status);
    const edge = await world.edge();

    expect((await ask(edge.url)).status).toBe(status);
    expect(world.west.seen).toEqual([]);
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])(
    'by %s is answered by the other region when connections are refused',
    async (method) => {
      await world.east.goDark();
      const edge = await world.edge();

      expect((await ask(edge.url, { method })).headers['x-served-region']).toBe('us-west-2');
      expect(world.requests[0]?.tries[0]).toEqual({ originId: 'east', result: 'refused' });
    },
  );

  test('is answered by the other region when the answer does not come within the read timeout', async () => {
    world.east.answer = hanging;
    const edge = await world.edge();

    expect(servedBy(await ask(edge.url))).toBe('us-west-2');
    expect(world.requests[0]?.tries[0]).toEqual({ originId: 'east', result: 'read-timeout' });
  });

  test('is answered by the other region when the connection breaks', async () => {
    world.east.answer = resetting;
    const edge = await world.edge();

    expect(servedBy(await ask(edge.url))).toBe('us-west-2');
  });

  test('tries the ill region first every time: an origin group has no memory', async () => {
    world.east.answer = failing(503);
    const edge = await world.edge();

    await ask(edge.url);
    await ask(edge.url);

    expect(world.east.seen).toHaveLength(2);
  });

  test('asks as often as connection attempts say before it fails over', async () => {
    world.east.answer = hanging;
    const limits = { connectionAttempts: 3, connectionTimeoutMs: 1000, readTimeoutMs: 30 };
    const edge = await world.edge({ origins: origins(limits) });

    expect(servedBy(await ask(edge.url))).toBe('us-west-2');
    expect(world.east.seen).toHaveLength(3);
  });

  test('gets the error of the other region when that is ill too, and each was asked once', async () => {
    world.east.answer = failing(503);
    world.west.answer = failing(500);
    const edge = await world.edge();

    const reply = await ask(edge.url);

    expect(reply).toMatchObject({ status: 500, body: 'status 500', headers: { 'x-cache': 'Error from cloudfront' } });
    expect([world.east.seen.length, world.west.seen.length]).toEqual([1, 1]);
  });

  test('never reaches a fenced region', async () => {
    world.store.route({ 'us-east-1': 1000, 'us-west-2': -1 });
    world.east.answer = failing(503);
    const edge = await world.edge();

    expect((await ask(edge.url)).status).toBe(503);
    expect(world.west.seen).toEqual([]);
  });
});

describe('a write', () => {
  test.each<[string, () => unknown, number, string]>([
    ['a status', () => Object.assign(world.east, { answer: failing(503) }), 503, 'status 503'],
    ['a hang', () => Object.assign(world.east, { answer: hanging }), 504, ''],
    ['a broken connection', () => Object.assign(world.east, { answer: resetting }), 502, ''],
    ['a refused connection', () => world.east.goDark(), 502, ''],
  ])('is not repeated at the other region after %s', async (_, makeIll, status, body) => {
    world.store.route(EAST);
    await makeIll();
    const edge = await world.edge({
      origins: origins({ connectionAttempts: 3, connectionTimeoutMs: 1000, readTimeoutMs: 50 }),
    });

    const reply = await ask(edge.url, { method: 'POST', body: 'pay' });

    expect(reply.status).toBe(status);
    expect(reply.body).toContain(body);
    expect(world.east.seen.length).toBeLessThanOrEqual(1);
    expect(world.west.seen).toEqual([]);
  });

  test('reaches the region that traffic was moved to, once, its body intact', async () => {
    await world.east.goDark();
    const edge = await world.edge();
    await edge.propagated(world.store.route(WEST));

    await ask(edge.url, { method: 'POST', body: 'pay' });

    expect(world.west.seen.map(({ method, body }) => [method, body])).toEqual([['POST', 'pay']]);
  });
});

describe('a change of the store', () => {
  test('arrives at each edge after a delay of its own', async () => {
    world.store.route(EAST);
    const arrived: string[] = [];
    const near = await world.edge({ name: 'NEAR', propagationMs: 0, onPropagated: () => arrived.push('near') });
    const far = await world.edge({ name: 'FAR', propagationMs: 60_000, onPropagated: () => arrived.push('far') });

    await near.propagated(world.store.route(WEST));

    expect(servedBy(await ask(near.url))).toBe('us-west-2');
    expect(servedBy(await ask(far.url))).toBe('us-east-1');
    expect(arrived).toEqual(['near']);
  });

  test('under load loses no request, and none that begins after it arrived meets the old region', async () => {
    world.store.route(EAST);
    const edge = await world.edge({
      origins: origins({ connectionAttempts: 1, connectionTimeoutMs: 5000, readTimeoutMs: 5000 }),
    });
    let moved = false;
    let done = 0;
    const wrong: unknown[] = [];
    const viewer = async (ip: string) => {
      for (let i = 0; i < 60; i++) {
        const startedAfter = moved;
        const reply = await ask(`${edge.url}/${i}`, {
          method: i % 3 === 0 ? 'POST' : 'GET',
          headers: { 'x-sandbox-viewer-ip': ip },
        });
        if (reply.status !== 200 || (startedAfter && servedBy(reply) !== 'us-west-2')) wrong.push(reply);
        done++;
      }
    };

    const load = Promise.all(Array.from({ length: 8 }, (_, i) => viewer(`203.0.113.${i}`)));
    while (done < 100) await new Promise(setImmediate);
    await edge.propagated(world.store.route(WEST));
    moved = true;
    await load;

    expect(wrong).toEqual([]);
    expect(world.east.seen.length).toBeGreaterThan(0);
    expect(world.west.seen.length).toBeGreaterThan(0);
  });
});

describe('an edge', () => {
  test('answers 403 to a method that its behaviour does not allow', async () => {
    const edge = await world.edge({
      behaviours: [
        {
          pathPattern: '*',
          target: { originId: 'east' },
          allowedMethods: ['GET', 'HEAD'],
          cache: { kind: 'disabled' },
          forward: 'viewer',
          viewerRequest: true,
        },
      ],
    });

    expect((await ask(edge.url, { method: 'POST' })).status).toBe(403);
  });

  test('refuses a behaviour that lets writes into an origin group', async () => {
    await expect(
      world.edge({
        behaviours: [
          {
            pathPattern: '*',
            target: { originIds: ['east', 'west'], statusCodes: [503, 504] },
            allowedMethods: ['GET', 'POST'],
            cache: { kind: 'disabled' },
            forward: 'viewer',
            viewerRequest: false,
          },
        ],
      }),
    ).rejects.toThrow('AllowedMethods cannot include POST');
  });

  test('does not start where its port is taken', async () => {
    const first = await world.edge();

    await expect(world.edge({ port: first.port })).rejects.toThrow('EADDRINUSE');
  });

  test('closes although viewers keep their connections and an answer is on its way', async () => {
    world.east.answer = hanging;
    const limits = { connectionAttempts: 1, connectionTimeoutMs: 60_000, readTimeoutMs: 60_000 };
    const edge = await world.edge({ origins: origins(limits) });
    const answer = ask(edge.url).catch((error: NodeJS.ErrnoException) => error.code);
    while (world.east.seen.length === 0) await new Promise(setImmediate);

    await edge.close();

    expect(await answer).toBe('ECONNRESET');
  });

  test('is gone when it is closed', async () => {
    const edge = await world.edge();
    await ask(edge.url);

    await edge.close();

    await expect(ask(edge.url)).rejects.toThrow('ECONNREFUSED');
  });
});

function origins(limits: Omit<OriginConfig, 'id' | 'url'>): OriginConfig[] {
  return [
    { id: 'east', url: world.east.url, ...limits },
    { id: 'west', url: world.west.url, ...limits },
  ];
}
