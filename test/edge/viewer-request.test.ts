import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { combinedFunction } from '../../deployment/combined-function.ts';
import { compileTable } from '../../deployment/compile-table.ts';
import { type Engine, hasNjs, inNjs, inVm, type Run, type Steered, type StoreBehaviour } from './engine.ts';
import { exampleTable, oneService } from './example-table.ts';

let dir: string;
let file: string;
let combined: string;
let lookup: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'understudy-edge-'));
  file = join(dir, 'viewer-request.js');
  await buildEdge(oneService, file);
  lookup = join(dir, 'lookup.js');
  await buildEdge(exampleTable, lookup);
  combined = join(dir, 'combined.js');
  const theirs = 'async function handler(event) { return steer(event); }';
  await writeFile(combined, combinedFunction(theirs, await readFile(file, 'utf8')));
});

afterAll(() => rm(dir, { recursive: true }));

const override = '{"v":1,"e":4,"x":{}}';
const east = { g: override, 's/orders': '{"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",0]]}' };
const west = { g: override, 's/orders': '{"v":1,"e":7,"w":[["us-east-1",0],["us-west-2",1000]]}' };

interface Route {
  readonly name: string;
  readonly store: StoreBehaviour;
  readonly chosen: string | readonly string[] | null;
  readonly route: string;
  readonly region: string;
}

const home = { chosen: ['east', 'west'], region: 'us-east-1' };
const away = { chosen: ['west', 'east'], region: 'us-west-2' };
const orders = (text: unknown) => ({ g: override, 's/orders': text });
const weights = (w: unknown) => orders(`{"v":1,"e":7,"w":${JSON.stringify(w)}}`);

const routes: readonly Route[] = [
  { name: 'to the active region', store: east, ...home, route: '4.7' },
  { name: 'to the other region after a move', store: west, ...away, route: '4.7' },
  {
    name: 'whatever the order of the entries',
    store: weights([
      ['us-west-2', 1000],
      ['us-east-1', 0],
    ]),
    ...away,
    route: '4.7',
  },
  {
    name: 'never to a fenced region',
    store: weights([
      ['us-east-1', 1000],
      ['us-west-2', -1],
    ]),
    chosen: 'east',
    region: 'us-east-1',
    route: '4.7',
  },
  {
    name: 'away from a region that the override fences',
    store: { ...east, g: '{"v":1,"e":5,"x":{"us-east-1":-1}}' },
    chosen: 'west',
    region: 'us-west-2',
    route: '5.7',
  },
  {
    name: 'away from a region that the override lowers',
    store: {
      ...weights([
        ['us-east-1', 1000],
        ['us-west-2', 1],
      ]),
      g: '{"v":1,"e":5,"x":{"us-east-1":0}}',
    },
    ...away,
    route: '5.7',
  },
  {
    name: 'as the service says where the override would raise',
    store: { ...east, g: '{"v":1,"e":5,"x":{"us-west-2":1000}}' },
    ...home,
    route: '5.7',
  },
  {
    name: 'away from a fenced region where the override has a bad neighbour',
    store: { ...east, g: '{"v":1,"e":5,"x":{"us-west-2":"no","us-east-1":-1}}' },
    chosen: 'west',
    region: 'us-west-2',
    route: '5.7',
  },
  {
    name: 'away from a fenced region where its neighbour’s limit, or weight, cannot be made a number',
    store: {
      g: '{"v":1,"e":5,"x":{"us-west-2":{"valueOf":0,"toString":0},"us-east-1":-1}}',
      's/orders': '{"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",{"valueOf":0,"toString":0}]]}',
    },
    chosen: 'west',
    region: 'us-west-2',
    route: '5.7',
  },
  {
    name: 'away from a fenced default region where the service key is missing',
    store: { g: '{"v":1,"e":5,"x":{"us-east-1":-1}}' },
    chosen: 'west',
    region: 'us-west-2',
    route: '5.0',
  },
  {
    name: 'home, alone, where every region is fenced',
    store: weights([
      ['us-east-1', -1],
      ['us-west-2', -1],
    ]),
    chosen: 'east',
    region: 'us-east-1',
    route: '4.7',
  },
  { name: 'home where the store is empty', store: {}, ...home, route: '0.0' },
  { name: 'home where the service key is missing', store: { g: override }, ...home, route: '4.0' },
  {
    name: 'by the service key where the override is missing',
    store: { 's/orders': west['s/orders'] },
    ...away,
    route: '0.7',
  },
  { name: 'by the service key where the override is garbage', store: { ...west, g: '{' }, ...away, route: '0.7' },
  { name: 'home where there is no store', store: 'kvs throws', ...home, route: '0.0' },
  { name: 'home where the store throws', store: 'get throws', ...home, route: '0.0' },
  { name: 'home where the store rejects', store: 'get rejects', ...home, route: '0.0' },
  ...[
    null,
    5,
    true,
    [],
    {},
    '',
    ' ',
    'null',
    '7',
    '"us-west-2"',
    '[]',
    'us-west-2',
    'https://api.example.com/ ',
    '{"v":1,"e":7,"w":',
  ].map((text) => ({ name: `home for ${JSON.stringify(text)}`, store: orders(text), ...home, route: '4.0' })),
  { name: 'home for a newer schema', store: orders('{"v":2,"e":7,"w":[["us-west-2",1000]]}'), ...home, route: '4.0' },
  { name: 'home for a bad epoch', store: orders('{"v":1,"e":"7","w":[["us-west-2",1000]]}'), ...home, route: '4.0' },
  ...[
    null,
    5,
    'us-west-2',
    {},
    { length: 1e15 },
    [],
    [null],
    ['us-west-2'],
    [[]],
    [['us-west-2']],
    [['us-west-2', null]],
    [['us-west-2', '1000']],
    [['us-west-2', 0]],
    [['us-west-2', 1e21]],
    [['us-west-2', 0.5]],
    [['us-west-2 ', 1000]],
    [['mars-north-1', 1000]],
    [
      ['us-east-1', 0],
      ['us-west-2', 0],
    ],
  ].map((w) => ({ name: `home for weights ${JSON.stringify(w)}`, store: weights(w), ...home, route: '4.7' })),
  {
    name: 'home for a weight beyond all numbers',
    store: orders('{"v":1,"e":7,"w":[["us-west-2",1e999]]}'),
    ...home,
    route: '4.7',
  },
  { name: 'by a value with white space around it', store: orders(` ${west['s/orders']} \n`), ...away, route: '4.7' },
];

const njsMissing = !hasNjs();
const engines: [string, Engine, boolean][] = [
  ['a bare vm', inVm, false],
  [njsMissing ? 'njs (not installed here)' : 'njs', inNjs, njsMissing],
];

/** What the deployment has written to the store. */
const pages = Object.fromEntries(compileTable(exampleTable).pages.map(({ key, value }) => [key, value]));
const withPages = ({ store, ...run }: Run): Run => ({
  ...run,
  store: typeof store === 'string' ? store : { ...pages, ...store },
});

/** Alone, as somebody's function calls it, and where it finds one of several services in the store. */
const functions: [string, () => string, boolean][] = [
  ['the shipped function', () => file, false],
  ['steer(event)', () => combined, false],
  ['the function of several services', () => lookup, true],
];
const cases = functions.flatMap(([what, path, looksUp]) =>
  engines.map(([where, inEngine, missing]) => ({
    what,
    path,
    looksUp,
    where,
    engine: ((at, runs) => inEngine(at, looksUp ? runs.map(withPages) : runs)) satisfies Engine,
    missing,
  })),
);

describe.each(cases)('$what in $where', ({ path, looksUp, engine, missing }) => {
  const only = async (run: Run): Promise<Steered> => {
    const [steered] = await engine(path(), [run]);
    if (steered === undefined) throw new Error('nothing came back');
    return steered;
  };

  describe('sends a viewer', () => {
    test.skipIf(missing).each(routes)('$name', async ({ store, chosen, route, region }) => {
      const steered = await only({ store });

      if (looksUp && typeof store === 'string') {
        // Nobody knows whose request it is, and the behaviour's own origin is asked.
        expect(steered).toMatchObject({ chosen: null, thrown: null, request: { uri: '/orders/17' } });
        expect(steered.request?.headers).not.toHaveProperty('x-understudy-region');
        return;
      }
      expect(steered).toMatchObject({
        chosen,
        thrown: null,
        request: { headers: { 'x-understudy-route': { value: route }, 'x-understudy-region': { value: region } } },
      });
    });
  });

  test.skipIf(missing)('leaves the origin to the behaviour where none can be chosen', async () => {
    expect(await only({ store: 'origins cannot be chosen' })).toMatchObject({ chosen: null, thrown: null });
  });

  test.skipIf(missing).each(['GET', 'HEAD', 'OPTIONS'])('gives %s an origin group', async (method) => {
    expect(await only({ store: east, method })).toMatchObject({
      chosen: ['east', 'west'],
      statusCodes: [500, 502, 503, 504],
    });
  });

  test.skipIf(missing).each(['POST', 'PUT', 'PATCH', 'DELETE', 'get'])('gives %s one origin', async (method) => {
    expect(await only({ store: west, method })).toMatchObject({ chosen: 'west', statusCodes: null });
  });

  test.skipIf(missing)('changes neither method, path, query, cookies nor foreign headers', async () => {
    const { request } = await only({ store: west, method: 'PUT', uri: '/orders/a%20b//c', headers: { 'x-mine': '1' } });

    expect(request).toEqual({
      method: 'PUT',
      uri: '/orders/a%20b//c',
      querystring: { a: { value: 'b' } },
      cookies: { session: { value: 'abc' } },
      headers: {
        host: { value: 'api.example.com' },
        accept: { value: 'application/json' },
        'x-mine': { value: '1' },
        'x-understudy-route': { value: '4.7' },
        'x-understudy-region': { value: 'us-west-2' },
      },
    });
  });

  test.skipIf(missing)('believes no header of a viewer', async () => {
    const forged = { 'x-understudy-route': '99.99', 'x-understudy-region': 'mars', 'x-understudy-admin': 'yes' };
    const [steered, foreign] = await engine(path(), [
      { store: east, headers: forged },
      { store: east, headers: forged, uri: '/nobody' },
    ]);

    expect(steered?.request?.headers).toEqual({
      host: { value: 'api.example.com' },
      accept: { value: 'application/json' },
      'x-understudy-route': { value: '4.7' },
      'x-understudy-region': { value: 'us-east-1' },
    });
    expect(Object.keys(foreign?.request?.headers ?? {})).toEqual(['host', 'accept']);
  });

  test.skipIf(missing).each([
    ['/orders', 'west'],
    ['/orders/', 'west'],
    ['/orders/17', 'west'],
    ['/orders/bulk/1', looksUp ? 'bulk-east' : 'west'],
    ['/orders/bulky', 'west'],
    ['/orders-archive', null],
    ['/', null],
  ])('%s belongs to the service with the longest prefix of whole segments', async (uri, chosen) => {
    expect((await only({ store: { ...west, 's/bulk': 'nonsense' }, method: 'POST', uri })).chosen).toBe(chosen);
  });

  describe('says at a path of its own what this edge believes:', () => {
    const asking = async (run: Partial<Run>) => {
      const uri = '/orders/.well-known/understudy/orders';
      const { chosen, response, thrown } = await only({ store: west, uri, ...run });
      expect({ chosen, thrown }).toEqual({ chosen: null, thrown: null });
      return response;
    };
    const beliefIn = async (run: Partial<Run>) => JSON.parse((await asking(run))?.body?.data ?? 'null');

    test.skipIf(missing)('who serves, and by which writes', async () => {
      expect(await asking({})).toEqual({
        statusCode: 200,
        headers: { 'content-type': { value: 'application/json' }, 'cache-control': { value: 'no-store' } },
        body: {
          encoding: 'text',
          data: '{"service":"orders","region":"us-west-2","override":4,"routing":7,"weights":[0,1000]}',
        },
      });
    });

    test.skipIf(missing)('weights as the override lowers them', async () => {
      expect(await beliefIn({ store: { ...west, g: '{"v":1,"e":5,"x":{"us-west-2":-1}}' } })).toEqual({
        service: 'orders',
        region: 'us-east-1',
        override: 5,
        routing: 7,
        weights: [0, -1],
      });
    });

    test.skipIf(missing).each(looksUp ? [{}] : ['kvs throws', 'get rejects', {}])(
      'no epoch where the store says nothing (%j)',
      async (store) => {
        expect(await beliefIn({ store })).toEqual({
          service: 'orders',
          region: 'us-east-1',
          override: 0,
          routing: 0,
          weights: [0, 0],
        });
      },
    );

    test.skipIf(missing)('the region to which a write of the same viewer goes', async () => {
      const store = { g: override, 's/orders': '{"v":1,"e":7,"w":[["us-east-1",500],["us-west-2",500]]}' };
      const ips = viewers(40);
      const believed = await engine(
        path(),
        ips.map((ip) => ({ store, ip, uri: '/orders/.well-known/understudy/orders' })),
      );
      const written = await engine(
        path(),
        ips.map((ip) => ({ store, ip, method: 'POST' })),
      );

      const regions = believed.map(({ response }) => JSON.parse(response?.body?.data ?? '').region);
      expect(regions).toEqual(written.map(({ request }) => request?.headers['x-understudy-region']?.value));
      expect(new Set(regions).size).toBe(2);
    });

    test.skipIf(missing)('whatever a viewer says', async () => {
      const forged = { 'x-understudy-route': '99.99' };
      const response = await asking({ headers: forged });

      expect(response?.body?.data).not.toContain('99');
    });

    test
      .skipIf(missing)
      .each([
        '/orders/.well-known/understudy/payments',
        '/orders/.well-known/understudy/orders/',
        '/orders/.well-known/understudy/',
        '/orders/.well-known/understudy/ordersx',
        '/orders/.well-known/understudy/constructor',
      ])('%s is a path of the application', async (uri) => {
      expect(await only({ store: west, uri })).toMatchObject({ chosen: ['west', 'east'], response: null });
    });
  });

  test.skipIf(missing)('splits viewers by weight', async () => {
    const store = { g: override, 's/orders': '{"v":1,"e":7,"w":[["us-east-1",700],["us-west-2",300]]}' };
    const steered = await engine(
      path(),
      viewers(500).map((ip) => ({ store, ip, method: 'POST' })),
    );
    const inEast = steered.filter(({ chosen }) => chosen === 'east').length;

    expect(inEast / 500).toBeGreaterThan(0.64);
    expect(inEast / 500).toBeLessThan(0.76);
  });
});

test.skipIf(njsMissing)('both engines answer alike, case by case and for 500 viewers', async () => {
  const store = { g: override, 's/orders': '{"v":1,"e":7,"w":[["us-east-1",500],["us-west-2",400]]}' };
  const runs = [...routes, ...viewers(500).map((ip) => ({ store, ip }))];

  expect(await inNjs(file, runs)).toEqual(await inVm(file, runs));
});

describe('the gate', () => {
  // njs names the mistake outside a `try`; inside one it loads the file and crashes when it gets there.
  test.skipIf(njsMissing).each([
    ['serviceAt(EDGE_TABLE,path)', 'serviceAt(EDGE_TABLE,await path)', 'await in arguments not supported'],
    ['await store.get(service[1])', 'String(await store.get(service[1]))', 'njs failed'],
  ])('refuses an await in an argument, which V8 lets pass: %s', async (good, bad, complaint) => {
    const code = await readFile(file, 'utf8');
    expect(code).toContain(good);
    const broken = join(dir, 'broken.js');
    await writeFile(broken, code.replace(good, bad));

    expect(await inVm(broken, [{ store: west }])).toEqual(await inVm(file, [{ store: west }]));
    await expect(inNjs(broken, [{ store: west }])).rejects.toThrow(complaint);
  });

  test('sees that a builtin is used that CloudFront lacks', async () => {
    const broken = join(dir, 'newer.js');
    const code = await readFile(file, 'utf8');
    await writeFile(broken, code.replace('async function handler(event){', '$& new Map();'));

    expect((await inVm(broken, [{ store: east }]))[0]?.thrown).toContain('Map is not defined');
  });
});

test('the file is small, readable, and has no trace of a module but its one import', async () => {
  const code = await readFile(file, 'utf8');

  expect(code).toMatch(/^import cf from 'cloudfront';\n/);
  expect(code).toMatch(/^async function handler\(event\)\{$/m);
  expect(code).not.toMatch(/exports|require|302|location/);
  expect(Math.max(...code.split('\n').map(({ length }) => length))).toBeLessThan(800);
  expect((await buildEdge(oneService, join(dir, 'one.js'))).bytes).toBeLessThanOrEqual(4096);
});

function viewers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `198.51.${(i * 13) % 256}.${(i * 7) % 251}`);
}
