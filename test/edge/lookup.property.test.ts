import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildEdge, writeEdge } from '../../build/edge.ts';
import { compileTable, withPagesInFunction } from '../../deployment/compile-table.ts';
import type { EdgeService, EdgeTable } from '../../deployment/edge-table.ts';
import { type Engine, hasNjs, inNjs, inVm, type Run, type StoreBehaviour } from './engine.ts';

let dir: string;
let file: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'understudy-lookup-'));
  file = join(dir, 'viewer-request.js');
  // The function of several services is the same whichever they are.
  await buildEdge(tableOf([serviceAt('a', ['a.example.com'], ''), serviceAt('b', ['b.example.com'], '')]), file);
});
afterAll(() => rm(dir, { recursive: true }));

const ownName = 'd111111abcdef8.cloudfront.net';

function serviceAt(service: string, hosts: readonly string[], pathPrefix: string, padding = 0): EdgeService {
  const regions = ['us-east-1', 'us-west-2'].map((region) => ({
    region,
    originId: `${service}.${region}${'x'.repeat(padding)}`,
  }));
  return {
    service,
    hosts,
    ...(pathPrefix !== '' && { pathPrefix }),
    regions,
    defaultRegion: 'us-east-1',
  };
}

const tableOf = (services: readonly EdgeService[]): EdgeTable => ({
  keyPrefix: 'h/test/',
  failoverStatusCodes: [503, 504],
  services,
});

const storeOf = (table: EdgeTable) =>
  Object.fromEntries(compileTable(table).pages.map(({ key, value }) => [key, value]));

/**
 * What is promised: the service on the host, in whatever letters and with or without its default port, whose path is the longest of
 * those that the request's begins with, segment by segment. By the distribution's own name it is the longest of all paths, and nobody's
 * where several services have that one. Null for requests that are passed on.
 */
function promised({ services }: EdgeTable, host: string, uri: string): string | null {
  const [name = '', port = '', ...more] = host.toLowerCase().split(':');
  const plain = more.length === 0 && ['', '80', '443'].includes(port) ? name.replace(/\.$/, '') : host;
  const segments = (path: string) => path.split('/').slice(1);
  const fits = ({ pathPrefix = '' }: EdgeService) =>
    segments(pathPrefix).every((segment, at) => segment === segments(uri)[at]);
  const candidates = services.filter(
    (service) => (plain === ownName || service.hosts?.includes(plain)) && fits(service),
  );
  const longest = Math.max(...candidates.map(({ pathPrefix = '' }) => segments(pathPrefix).length));
  const best = candidates.filter(({ pathPrefix = '' }) => segments(pathPrefix).length === longest);
  return best.length === 1 ? (best[0]?.service ?? null) : null;
}

const hosts = ['api.example.com', 'www.example.com', 'example.com'] as const;
const segment = fc.constantFrom('a', 'b', 'ab', 'c%20d', 'n');
const path = fc.array(segment, { maxLength: 4 }).map((parts) => parts.map((part) => `/${part}`).join(''));

/** Enough services for pages to be split, on few hosts, so that paths are within one another. */
const table: fc.Arbitrary<EdgeTable> = fc
  .uniqueArray(
    fc.record({
      on: fc.subarray([...hosts], { minLength: 1 }),
      pathPrefix: path,
      padding: fc.constantFrom(0, 30, 90),
    }),
    { minLength: 2, maxLength: 40, selector: ({ pathPrefix, on }) => `${on[0]}${pathPrefix}` },
  )
  .map((places) => {
    const taken = new Set<string>();
    return places.flatMap(({ on, pathPrefix, padding }, index) => {
      const free = on.filter((host) => !taken.has(`${host}${pathPrefix}`));
      for (const host of free) taken.add(`${host}${pathPrefix}`);
      return free.length === 0 ? [] : [serviceAt(`service-${index}`, free, pathPrefix, padding)];
    });
  })
  .filter((services) => services.length > 1)
  .map(tableOf);

const letters = fc.constantFrom(
  (host: string) => host,
  (host: string) => host.toUpperCase(),
  (host: string) => `${host}:443`,
  (host: string) => `${host.replace('e', 'E')}:80`,
  (host: string) => `${host}.`,
  (host: string) => `${host}:8443`,
  (host: string) => `x${host}`,
);
const request = fc.record({
  host: fc.tuple(letters, fc.constantFrom(...hosts, ownName)).map(([spell, host]) => spell(host)),
  uri: fc
    .tuple(path, fc.constantFrom('', '/', '/7', '//', '/a/b/a/b/a/b', 'z'))
    .map(([start, end]) => (start + end).replace(/^(?!\/)/, '/')),
});

const chosenService = (chosen: unknown) => (typeof chosen === 'string' ? chosen.split('.us-')[0] : null);

async function holds(engine: Engine, runs: fc.Parameters<unknown>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(table, fc.array(request, { minLength: 20, maxLength: 40 }), async (given, requests) => {
      const store = storeOf(given);
      const steered = await engine(
        file,
        requests.map(({ host, uri }): Run => ({ store, method: 'POST', uri, headers: { host } })),
      );

      expect(steered.map(({ thrown }) => thrown)).toEqual(requests.map(() => null));
      expect(requests.map((each, at) => ({ ...each, service: chosenService(steered[at]?.chosen) }))).toEqual(
        requests.map((each) => ({ ...each, service: promised(given, each.host, each.uri) })),
      );
    }),
    runs,
  );
}

/** The same with pages in the function, as far as they fit in it: nothing of the store says whose a request is. */
async function holdsInFunction(engine: Engine, runs: fc.Parameters<unknown>): Promise<void> {
  const own = join(dir, 'pages.js');
  await fc.assert(
    fc.asyncProperty(table, fc.array(request, { minLength: 20, maxLength: 40 }), async (given, requests) => {
      const compiled = compileTable(given);
      fc.pre(compiled.pages.reduce((sum, { key, value }) => sum + key.length + value.length, 0) < 6_000);
      await writeEdge(withPagesInFunction(compiled), own);
      const steered = await engine(
        own,
        requests.map(({ host, uri }): Run => ({ store: {}, method: 'POST', uri, headers: { host } })),
      );

      expect(steered.map(({ thrown }) => thrown)).toEqual(requests.map(() => null));
      expect(requests.map((each, at) => ({ ...each, service: chosenService(steered[at]?.chosen) }))).toEqual(
        requests.map((each) => ({ ...each, service: promised(given, each.host, each.uri) })),
      );
    }),
    runs,
  );
}

describe('a request belongs to the service that is promised, whatever there is', () => {
  test('in a bare vm, by pages in the function', () => holdsInFunction(inVm, { numRuns: 60 }), 60_000);

  test.skipIf(!hasNjs())('in njs, by pages in the function', () => holdsInFunction(inNjs, { numRuns: 15 }), 60_000);

  test('in a bare vm', () => holds(inVm, { numRuns: 150 }), 60_000);

  test.skipIf(!hasNjs())('in njs', () => holds(inNjs, { numRuns: 25 }), 60_000);
});

test('a page fits CloudFront, leads further only to pages that are written before it, and is read at most once for each segment', async () => {
  await fc.assert(
    fc.asyncProperty(table, request, async (given, { uri }) => {
      const { pages } = compileTable(given);
      for (const { key, value } of pages) {
        expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1_024);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(512);
      }
      expect(pages.map(({ depth }) => depth)).toEqual(pages.map(({ depth }) => depth).toSorted((a, b) => b - a));

      const [steered] = await inVm(file, [{ store: storeOf(given), uri, headers: { host: hosts[0] } }]);
      const looked = steered?.reads.filter((key) => key.startsWith('h/')) ?? [];
      expect(looked.length).toBeLessThanOrEqual(uri.split('/').length);
    }),
    { numRuns: 100 },
  );
}, 60_000);

describe('of a thousand services', () => {
  const thousand = Array.from({ length: 1_000 }, (_, index) => `service-${index}`);
  const reads = async (services: readonly EdgeService[], run: Omit<Run, 'store'>) => {
    const [steered] = await inVm(file, [{ store: storeOf(tableOf(services)), method: 'POST', ...run }]);
    return { chosen: steered?.chosen, looked: steered?.reads.filter((key) => key.startsWith('h/')).length };
  };

  test('one on a host of its own is found by one read', async () => {
    const services = thousand.map((name) => serviceAt(name, [`${name}.example.com`], ''));

    expect(await reads(services, { uri: '/x', headers: { host: 'service-618.example.com' } })).toEqual({
      chosen: 'service-618.us-east-1',
      looked: 1,
    });
  });

  test.each(['', '/api', '/api/v1/public'])('one below %j of the same host is found by two', async (base) => {
    const services = thousand.map((name) => serviceAt(name, ['api.example.com'], `${base}/${name}`));
    const found = { chosen: 'service-618.us-east-1', looked: 2 };

    expect(await reads(services, { uri: `${base}/service-618/x` })).toEqual(found);
    expect(await reads(services, { uri: `${base}/service-618/x`, headers: { host: ownName } })).toEqual(found);
  });

  test('the thousandth of as many paths in one another is found by as many reads as pages lead to one another, and others by two', async () => {
    const services = thousand
      .slice(0, 60)
      .map((name, index) => serviceAt(name, ['api.example.com'], '/a'.repeat(index)));

    expect(await reads(services, { uri: '/a' })).toMatchObject({ chosen: 'service-1.us-east-1' });
    expect((await reads(services, { uri: '/a'.repeat(59) })).looked).toBeLessThanOrEqual(60);
    expect((await reads(services, { uri: '/b' })).looked).toBeLessThanOrEqual(2);
  });
});

describe('a store that does not hold what the deployment wrote', () => {
  const services = [serviceAt('orders', ['api.example.com'], '/orders'), serviceAt('site', ['api.example.com'], '')];
  const key = 'h/test/api.example.com';
  const page = storeOf(tableOf(services))[key] ?? '';

  test.each<[string, StoreBehaviour]>([
    ['is empty', {}],
    ['has no page of the host', { 'h/test/www.example.com': page }],
    ['has a page of another deployment', { 'h/other/api.example.com': page }],
    ...['', 'null', '7', '[]', '{}', '[0]', '[1]', '[0,null]', '[1,7,[]]', '"//s/orders"', page.slice(0, -9)].map(
      (text): [string, StoreBehaviour] => [`has ${JSON.stringify(text)}`, { [key]: text }],
    ),
    ['has a service without a key', { [key]: '[0,["/"]]' }],
    ['has a service without regions', { [key]: '[0,["/","s/x"]]' }],
  ])('%s: the request is passed on', async (_, store) => {
    expect(await inVm(file, [{ store, uri: '/orders/7' }])).toMatchObject([
      { chosen: null, thrown: null, response: null, request: { uri: '/orders/7' } },
    ]);
  });

  test.each(['1e999', '-1', '0.5', '"1"', '1e15', 'true'])('leads on by %s segments: the search ends', async (n) => {
    const store = { [key]: page.replace(/^\[0/, `[${n}`) };
    const [steered] = await inVm(file, [{ store, uri: '/orders/7/8/9', method: 'POST' }]);

    expect(steered).toMatchObject({ chosen: 'orders.us-east-1', thrown: null });
    expect(steered?.reads.length).toBeLessThan(8);
  });

  test('answers nothing: the request is passed on', async () => {
    for (const store of ['kvs throws', 'get throws', 'get rejects'] as const) {
      expect(await inVm(file, [{ store }])).toMatchObject([{ chosen: null, thrown: null }]);
    }
  });
});

test('a request without a host is passed on', async () => {
  const table = tableOf([serviceAt('a', ['a.example.com'], ''), serviceAt('b', ['b.example.com'], '/b')]);

  for (const host of ['', '.', ':443', '*'.repeat(600)]) {
    expect(await inVm(file, [{ store: storeOf(table), uri: '/b', headers: { host } }])).toMatchObject([
      { chosen: null, thrown: null },
    ]);
  }
});

describe('what no page can tell is refused', () => {
  test('a service whose origins are longer than a value', () => {
    const table = tableOf([serviceAt('a', ['a.example.com'], '', 500), serviceAt('b', ['b.example.com'], '')]);

    expect(() => compileTable(table)).toThrow(/services\[\]\.lever\.origins: .* has 1\d\d\d bytes, .* takes 1024/);
  });

  test('services for which the store has no room', () => {
    const services = Array.from({ length: 5_000 }, (_, index) =>
      serviceAt(`s-${index}`, [`s-${index}.example.com`], ''),
    );

    expect(() => compileTable(tableOf(services))).toThrow(/5000 services that move by kvs may need \d+ bytes/);
    expect(() => compileTable(tableOf(services.slice(0, 4_000)))).not.toThrow();
  });
});
