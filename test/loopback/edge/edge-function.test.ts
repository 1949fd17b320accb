import type { ViewerRequestEvent } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import { loadEdgeFunction } from '../../../loopback/edge/edge-function.ts';

const run = (body: string, store: Record<string, string> = {}) =>
  loadEdgeFunction(body, 'function.js').run(event, new Map(Object.entries(store)));

describe('state of one request', () => {
  const twice = async (body: string) => {
    const loaded = loadEdgeFunction(body, 'function.js');
    await loaded.run(event, new Map());
    return loaded.run(event, new Map());
  };

  test('in top-level variables is gone at the next', async () => {
    const outcome = await twice(`
      var count = 0;
      function handler(event) { count++; event.request.uri = '/' + count; return event.request; }`);

    expect(outcome).toMatchObject({ kind: 'forward', request: { uri: '/1' } });
  });

  test.each([
    ['a global', 'leak = 1'],
    ['a member of globalThis', 'globalThis.leak = 1'],
    ['a prototype', 'Object.prototype.leak = 1'],
    ['the prototype of the event', 'Object.getPrototypeOf(event).leak = 1'],
    ['the prototype of promises', 'Object.getPrototypeOf(handler(event)).leak = 1'],
    ['a builtin', 'JSON.leak = 1'],
    ['the helper module', 'cf.leak = 1'],
    ['the console', 'console.leak = 1'],
  ])('cannot be put into %s', async (_, statement) => {
    const outcome = await run(`
      import cf from 'cloudfront';
      var deep = 0;
      async function handler(event) { if (deep++ > 0) return event.request; ${statement}; return event.request; }`);

    expect(outcome).toEqual({
      kind: 'failed',
      because: expect.stringMatching(/^(TypeError: Cannot add property leak|ReferenceError: leak is not defined)/),
    });
  });
});

describe('the helper module', () => {
  test('reads the store', async () => {
    const outcome = await run(
      `import cf from 'cloudfront';
      async function handler(event) {
        const store = cf.kvs();
        const text = await store.get('a'), json = await store.get('a', { format: 'json' });
        const here = await store.exists('a'), there = await store.exists('b'), meta = await store.meta();
        event.request.headers['x-read'] = { value: text + json.n + here + there + meta.keyCount };
        return event.request;
      }`,
      { a: '{"n":1}' },
    );

    expect(outcome).toMatchObject({ request: { headers: { 'x-read': { value: '{"n":1}1truefalse1' } } } });
  });

  test('rejects where a key is missing', async () => {
    expect(await run(`import cf from "cloudfront"; async function handler(e) { await cf.kvs().get('a'); }`)).toEqual({
      kind: 'failed',
      because: 'Error: KeyNotFound: a',
    });
  });

  test('lets the last choice of an origin win', async () => {
    const outcome = await run(`import cf from 'cloudfront';
      function handler(event) {
        cf.createRequestOriginGroup({ originIds: [{ originId: 'a' }, { originId: 'b' }], failoverCriteria: { statusCodes: [503] } });
        cf.selectRequestOriginById('c');
        return event.request;
      }`);

    expect(outcome).toMatchObject({ choice: { kind: 'origin', originId: 'c' } });
  });
});

describe('a function fails, and nothing else does,', () => {
  test.each([
    ['when it throws', 'function handler() { throw new Error("no"); }', 'Error: no'],
    ['when it rejects', 'async function handler() { throw new Error("no"); }', 'Error: no'],
    ['when it does not parse', 'function handler( {', 'SyntaxError'],
    ['when it has no handler', 'function other() {}', 'handler is not defined'],
    ['when it does not finish', 'function handler() { return new Promise(() => {}); }', 'did not finish'],
    ['when it uses what the runtime lacks', 'function handler() { return new Map(); }', 'Map is not defined'],
    ['when it evaluates text', 'function handler() { return new Function("return 1")(); }', 'Code generation'],
  ])('%s', async (_, code, because) => {
    const outcome = await run(code);

    expect(outcome).toMatchObject({ kind: 'failed', because: expect.stringContaining(because) });
  });

  test.each([
    ['when it returns nothing', 'function handler() {}'],
    ['when it changes the method', 'function handler(e) { e.request.method = "PUT"; return e.request; }'],
    ['when it changes the host', 'function handler(e) { e.request.headers.host.value = "x"; return e.request; }'],
    ['when its path is none', 'function handler(e) { e.request.uri = "x"; return e.request; }'],
    ['when its status is none', 'function handler() { return { statusCode: 42 }; }'],
  ])('%s', async (_, code) => {
    expect((await run(code)).kind).toBe('invalid');
  });
});

const event: ViewerRequestEvent = {
  version: '1.0',
  context: { distributionDomainName: 'd', distributionId: 'E', eventType: 'viewer-request', requestId: 'r' },
  viewer: { ip: '203.0.113.7' },
  request: { method: 'GET', uri: '/', querystring: {}, headers: { host: { value: 'api.example.com' } }, cookies: {} },
};
