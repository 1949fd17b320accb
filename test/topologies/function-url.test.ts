import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { judge } from '../../core/judge.ts';
import { type Ask, home, standby, topologyWorld } from './world.ts';

const here = topologyWorld('function-url');
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

beforeEach(() => here.weights('items', { [home]: 1000, [standby]: 0 }));

/** A write as a caller of a signed origin sends it. */
const write = (body: string): Ask => ({
  method: 'POST',
  body,
  headers: {
    'content-type': 'application/json',
    'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
  },
});

describe('S2-B1 through the edge', () => {
  test.each([
    ['/api/hello', 200, { Hello: 'World' }],
    ['/api/items/555?q=boo', 200, { item_id: 555, q: 'boo' }],
    ['/api/items/lamp', 400, { detail: expect.any(String) }],
    ['/api/nope', 404, { detail: 'Not Found' }],
  ])('%s is %i in JSON', async (path, status, body) => {
    const got = await here.viewer(path);

    expect(got).toMatchObject({ status, region: home });
    expect(got.headers['content-type']).toBe('application/json');
    expect(JSON.parse(got.text)).toEqual(body);
  });

  test('an item is taken, with an id of its own', async () => {
    const got = await here.viewer('/api/items', write('{"title":"a","description":"b"}'));

    expect(got.status).toBe(201);
    expect(JSON.parse(got.text)).toEqual({ title: 'a', description: 'b', id: expect.stringMatching(uuid) });
  });

  test('an item without a title is a 400 that says so', async () => {
    const got = await here.viewer('/api/items', write('{"description":"b"}'));

    expect(got.status).toBe(400);
    expect(got.text).toContain('title');
  });

  test.each(['/', '/other-page', '/deep/er/page'])('%s is a page of the site', async (path) => {
    const got = await here.viewer(path);

    expect(got).toMatchObject({ status: 200, region: home });
    expect(got.headers['content-type']).toMatch(/^text\/html/);
  });

  test('a file of the site is that file, and one that is missing is no page', async () => {
    expect((await here.viewer('/app.js')).headers['content-type']).toMatch(/javascript/);
    expect((await here.viewer('/missing.js')).status).toBe(403);
  });
});

test('S2-B2 an HTML page with status 200, as a masked error was, is bad to the probe', async () => {
  const { healthy } = here.failover.services[0] ?? {};
  if (healthy === undefined) throw new Error('the topology has a service');
  const { status, headers, text } = await here.viewer('/other-page');
  const masked = { kind: 'answered', status, headers, body: text, latencyMs: 1 } as const;

  expect(judge(masked, healthy, region(home))).toMatchObject({ kind: 'bad', because: 'content-type' });
});

describe('S2-B3', () => {
  test('a function URL refuses who is not signed for, and so does the bucket', async () => {
    expect((await here.direct('items', home, '/api/hello')).status).toBe(403);
    expect((await here.direct('items.site', home, '/index.html')).status).toBe(403);
  });

  test('a signature for another region is none', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=k/20260101/${standby}/lambda/aws4_request, SignedHeaders=host, Signature=s`;
    expect((await here.direct('items', home, '/api/hello', { headers: { authorization } })).status).toBe(403);
  });

  test('each region is asked for by itself through what signs for it', async () => {
    for (const { region: name, endpoint } of here.failover.services[0]?.regions ?? []) {
      const answer = await fetch(`${endpoint}/hello`);
      expect([answer.status, answer.headers.get('x-served-region')]).toEqual([200, name]);
    }
  });

  test('a body without its hash is refused, as the signature cannot cover it', async () => {
    const { headers: _, ...unhashed } = write('{"title":"a","description":"b"}');
    expect((await here.viewer('/api/items', unhashed)).status).toBe(403);
  });
});

test('S2-B4 with the weights on the standby a write reaches it once, and whole; the site is there too', async () => {
  await here.weights('items', { [home]: 0, [standby]: 1000 });
  const before = here.answered('items', standby)['POST'] ?? 0;

  const got = await here.viewer('/api/items', write('{"title":"é","description":"b"}'));

  expect(got).toMatchObject({ status: 201, region: standby });
  expect(JSON.parse(got.text)).toMatchObject({ title: 'é' });
  expect(here.answered('items', standby)['POST']).toBe(before + 1);
  expect(await here.viewer('/other-page')).toMatchObject({ status: 200, region: standby });
});

test('a dead region takes neither reads nor pages with it', async () => {
  await here.fault(home, 'dark');

  expect(await here.viewer('/api/hello')).toMatchObject({ status: 200, region: standby });
  expect(await here.viewer('/')).toMatchObject({ status: 200, region: standby });
});
