import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildEdge, buildEdgeFiles } from '../../build/edge.ts';
import { compileTable, deployedTable, withPagesInFunction } from '../../deployment/compile-table.ts';
import { edgeFileName, everyEdgeParts, withTable } from '../../deployment/edge-function.ts';
import type { EdgeService, EdgeTable } from '../../deployment/edge-table.ts';
import { exampleTable, oneService } from './example-table.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'understudy-build-'));
});
afterAll(() => rm(dir, { recursive: true }));

const [orders] = exampleTable.services as [EdgeService];
const of = (...services: EdgeService[]): EdgeTable => ({ ...exampleTable, services });

const one = (change: Partial<EdgeService>) => of({ ...orders, ...change });

describe('the compiled table', () => {
  test('of one service stands in the function, and nothing is looked up', () => {
    expect(compileTable(oneService)).toMatchObject({
      inFunction: [0, ['/orders/', 's/orders', ['us-east-1', 'us-west-2'], ['east', 'west']]],
      keyPrefix: null,
      pages: [],
    });
  });

  test('of a site beside its API is still of one service, the longest prefix first', () => {
    const { pathPrefix: _, ...site } = orders;
    const [regions, origins] = [
      ['us-east-1', 'us-west-2'],
      ['east', 'west'],
    ];
    const table = of({ ...site, indexDocument: '/index.html' }, orders);

    expect(compileTable(table)).toMatchObject({
      inFunction: [
        0,
        ['/orders/', 's/orders', regions, origins],
        ['/', 's/orders', regions, origins, 0, '/index.html'],
      ],
      pages: [],
    });
  });

  test('of several services is in the store alone', () => {
    expect(compileTable(exampleTable)).toMatchObject({ inFunction: [0], keyPrefix: 'h/test/' });
  });

  test('of few services is deployed in the function, page by page as the store would have it, and of more in the store', () => {
    const few = of(...exampleTable.services.slice(0, 2));
    const { pages, ...compiled } = compileTable(few);
    const deployed = deployedTable(few);
    const many = of(
      ...Array.from({ length: 6 }, (_, index) => ({
        ...orders,
        service: `orders-${index}`,
        pathPrefix: `/orders-${index}`,
      })),
    );

    expect(deployed).toMatchObject({ ...compiled, pages: [] });
    expect(deployed.pagesInFunction).toEqual(
      Object.fromEntries(pages.map(({ key, value }) => [key, JSON.parse(value)])),
    );
    expect(pages).not.toEqual([]);
    expect(deployedTable(many)).toEqual(compileTable(many));
    expect(deployedTable(oneService)).toEqual(compileTable(oneService));
  });

  test('begins with the default region, whatever its rank', () => {
    const [, bulk] = exampleTable.services;
    expect(compileTable(of(...(bulk ? [bulk] : []))).inFunction[1]?.slice(2)).toEqual([
      ['us-east-1', 'us-west-2'],
      ['bulk-east', 'bulk-west'],
    ]);
  });

  test.each<[string, Partial<EdgeService>]>([
    ['defaultRegion: mars is not one of its regions', { defaultRegion: 'mars' }],
    ['regions: a region stands there twice', { regions: [...orders.regions, ...orders.regions] }],
    ['pathPrefix: must begin with /', { pathPrefix: 'orders' }],
  ])('is refused: %s', (fault, change) => {
    expect(() => compileTable(one(change))).toThrow(`orders.${fault}`);
  });

  test.each<[string, readonly number[]]>([
    ['must list 503', [500, 504]],
    ['must list 504', [500, 503]],
    ['CloudFront does not take 418', [418, 503, 504]],
  ])('is refused: failoverStatusCodes: %s', (fault, failoverStatusCodes) => {
    expect(() => compileTable({ ...oneService, failoverStatusCodes })).toThrow(`failoverStatusCodes: ${fault}`);
  });

  test('is refused where two services match the same requests', () => {
    expect(() => compileTable(of(orders, { ...orders, service: 'other' }))).toThrow(
      's/orders and s/other match the same requests',
    );
  });

  test('is refused where one of several services has no host', () => {
    const { hosts: _, ...anywhere } = orders;
    expect(() => compileTable(of(orders, { ...anywhere, service: 'other' }))).toThrow(
      'other.hosts: must be given where there are several services',
    );
  });
});

test('a service that makes the file longer than CloudFront takes is refused, and nothing is written', async () => {
  const regions = [1, 2].map((at) => ({ region: `region-${at}`, originId: `${'o'.repeat(4_000)}${at}` }));

  await expect(
    buildEdge(one({ regions, defaultRegion: 'region-1' }), join(dir, 'long', 'viewer-request.js')),
  ).rejects.toThrow(/^services\[\]\.lever: .* bytes long with its service/);
  expect(await readdir(dir)).toEqual([]);
});

test('spaces in texts are kept', async () => {
  await buildEdge(one({ indexDocument: '/a = b.html', pathPrefix: '/x { y }' }), join(dir, 'spaces.js'));
  const code = await readFile(join(dir, 'spaces.js'), 'utf8');

  expect(code).toContain('"/a = b.html"');
  expect(code).toContain('"/x { y }/"');
});

test('a configuration without a service to steer still gives a function', async () => {
  expect((await buildEdge(of(), join(dir, 'viewer-request.js'))).bytes).toBeGreaterThan(0);
});

test('every file of the build takes what it has to know in one place, is at most 4 KB beside that, and stays what the engine reads', async () => {
  await buildEdgeFiles(dir);
  const files = everyEdgeParts.map(edgeFileName);
  expect((await readdir(join(dir, 'edge'))).sort()).toEqual(files.toSorted());

  const inFunction = compileTable(one({ indexDocument: '/bücher.html' }));
  const inStore = compileTable(exampleTable);
  const known = { none: inFunction, store: inStore, function: withPagesInFunction(inStore) };
  for (const parts of everyEdgeParts) {
    const file = await readFile(join(dir, 'edge', edgeFileName(parts)), 'utf8');
    const code = withTable(file, known[parts.lookup || 'none']);

    expect(code).toContain(parts.lookup ? '"h/test/"' : '"/b\\u00fccher.html"');
    expect(code).not.toMatch(/understudy:(table|pages|keys|codes)/);
    if (parts.lookup === 'store') expect(Buffer.byteLength(code)).toBeLessThanOrEqual(4_096);
  }
  expect(() => withTable('no place', inFunction)).toThrow('has no single place for ["understudy:table"]');
});
