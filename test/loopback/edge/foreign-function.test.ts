import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Edge, EdgeOptions } from '../../../loopback/edge/edge.ts';
import { ask, startWorld, type World } from './world.ts';

let world: World;
let dir: string;
beforeEach(async () => {
  world = await startWorld();
  dir = await mkdtemp(join(tmpdir(), 'understudy-foreign-'));
});
afterEach(async () => {
  await world.close();
  await rm(dir, { recursive: true });
});

async function edgeWith(code: string, options: Partial<EdgeOptions> = {}): Promise<Edge> {
  const functionFile = join(dir, 'function.js');
  await writeFile(functionFile, code);
  return world.edge({ functionFile, ...options });
}

describe('an edge with another function', () => {
  test('at an address that stands for a name of the distribution, the function sees that name, and other hosts as they are', async () => {
    const edge = await edgeWith(
      `async function handler(event) { return { statusCode: 200, body: event.request.headers.host.value }; }`,
      { alias: 'shop.example.com', names: ['shop.example.com'] },
    );

    expect((await ask(edge.url)).body).toBe('shop.example.com');
    expect((await ask(edge.url, { headers: { host: 'a.test' } })).body).toBe('a.test');
  });

  test('redirects where that says so, and fails where its key is missing', async () => {
    const edge = await edgeWith(`
      import cf from 'cloudfront';
      const store = cf.kvs();
      async function handler(event) {
        const url = await store.get('TARGET');
        return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: url } } };
      }`);

    const before = await ask(edge.url);
    await edge.propagated(world.store.put({ TARGET: 'https://api.example.com/prod/' }));
    const after = await ask(`${edge.url}/orders/1?a=b`, { method: 'POST' });

    expect(before).toMatchObject({ status: 503, headers: { 'x-cache': 'FunctionExecutionError from cloudfront' } });
    expect(after).toMatchObject({
      status: 302,
      headers: { location: 'https://api.example.com/prod/', 'x-cache': 'FunctionGeneratedResponse from cloudfront' },
    });
    expect(world.requests[0]?.because).toBe('Error: KeyNotFound: TARGET');
  });

  test('refuses a write under an origin group, and says so', async () => {
    const edge = await edgeWith(`
      import cf from 'cloudfront';
      function handler(event) {
        cf.createRequestOriginGroup({ originIds: [{ originId: 'east' }, { originId: 'west' }], failoverCriteria: { statusCodes: [503, 504] } });
        return event.request;
      }`);

    expect((await ask(edge.url)).status).toBe(200);
    expect((await ask(edge.url, { method: 'POST' })).status).toBe(503);
    expect(world.requests[1]?.because).toBe('an origin group was chosen for POST');
    expect(world.east.seen).toHaveLength(1);
  });

  test.each([
    [[500], 502],
    [[503], 200],
  ])('fails over from a refused connection only where 503 is listed: %j', async (statusCodes, status) => {
    await world.east.goDark();
    const edge = await edgeWith(`
      import cf from 'cloudfront';
      function handler(event) {
        cf.createRequestOriginGroup({ originIds: [{ originId: 'east' }, { originId: 'west' }], failoverCriteria: { statusCodes: ${JSON.stringify(statusCodes)} } });
        return event.request;
      }`);

    expect((await ask(edge.url)).status).toBe(status);
  });

  test('takes an origin that was updated, and inherits the rest', async () => {
    const port = new URL(world.west.url).port;
    const edge = await edgeWith(`
      import cf from 'cloudfront';
      function handler(event) {
        cf.updateRequestOrigin({ customOriginConfig: { port: ${port}, protocol: 'http', sslProtocols: [] }, originPath: '/v2', hostHeader: 'api.internal', customHeaders: { 'x-key': 'k' } });
        return event.request;
      }`);

    await ask(`${edge.url}/orders?a=1`);

    expect(world.west.seen).toMatchObject([{ url: '/v2/orders?a=1', headers: { host: 'api.internal', 'x-key': 'k' } }]);
  });

  test('forwards path, query, headers and cookies as it leaves them', async () => {
    const edge = await edgeWith(`
      function handler(event) {
        const request = event.request;
        request.uri = '/new';
        request.querystring.b = { value: '2' };
        request.cookies.c = { value: '3' };
        request.headers['x-new'] = { value: '4' };
        return request;
      }`);

    await ask(`${edge.url}/old?a=1&a=%20`, { headers: { cookie: 'a=1' } });

    expect(world.east.seen).toMatchObject([
      { url: '/new?a=1&a=%20&b=2', headers: { cookie: 'a=1; c=3', 'x-new': '4' } },
    ]);
  });
});
