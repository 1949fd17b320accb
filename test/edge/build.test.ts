import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildEdge, buildEdgeFiles } from '../../build/edge.ts';
import { compileTable } from '../../deployment/compile-table.ts';
import { edgeFileName, everyEdgeParts, withTable } from '../../deployment/edge-function.ts';
import type { EdgeService } from '../../deployment/edge-table.ts';
import { exampleTable } from './example-table.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'understudy-build-'));
});
afterAll(() => rm(dir, { recursive: true }));

const [orders] = exampleTable.services as [EdgeService];

describe('the compiled table', () => {
  test('is in matching order: hosts first, then the longest prefix', () => {
    expect(compileTable(exampleTable).map(({ key }) => key)).toEqual(['s/payments', 's/bulk', 's/orders']);
  });

  test('begins with the default region, whatever its rank', () => {
    expect(compileTable(exampleTable)[1]).toMatchObject({
      regions: ['us-east-1', 'us-west-2'],
      origins: [{ originId: 'bulk-east' }, { originId: 'bulk-west' }],
    });
  });

  test.each<[string, Partial<EdgeService>]>([
    ['defaultRegion: mars is not one of its regions', { defaultRegion: 'mars' }],
    ['regions: a region stands there twice', { regions: [...orders.regions, ...orders.regions] }],
    ['pathPrefix: must begin with /', { pathPrefix: 'orders' }],
    ['failoverStatusCodes: must list 503', { failoverStatusCodes: [500, 504] }],
    ['failoverStatusCodes: must list 504', { failoverStatusCodes: [500, 503] }],
    ['failoverStatusCodes: CloudFront does not take 418', { failoverStatusCodes: [418, 503, 504] }],
  ])('is refused: %s', (fault, change) => {
    expect(() => compileTable({ services: [{ ...orders, ...change }] })).toThrow(`orders.${fault}`);
  });

  test('is refused where two services match the same requests', () => {
    expect(() => compileTable({ services: [orders, { ...orders, service: 'other' }] })).toThrow(
      's/orders and s/other match the same requests',
    );
  });
});

test('a table that makes the file longer than CloudFront takes is refused, and nothing is written', async () => {
  const services = Array.from({ length: 60 }, (_, i) => ({
    ...orders,
    service: `s${i}`,
    pathPrefix: `/a-long-prefix-${i}`,
  }));

  await expect(buildEdge({ services }, join(dir, 'long', 'viewer-request.js'))).rejects.toThrow(
    /^services\[\]\.lever: .* bytes long with its table of \d+ services/,
  );
  expect(await readdir(dir)).toEqual([]);
});

test('a service that asks for everything that the function can do has room for twenty', async () => {
  const services = Array.from({ length: 20 }, (_, i) => ({
    ...orders,
    service: `service-${i}`,
    host: `api-${i}.example.com`,
    indexDocument: '/index.html',
    tellsViewer: true,
  }));

  await expect(buildEdge({ services }, join(dir, 'all.js'))).resolves.toMatchObject({ bytes: expect.any(Number) });
});

test('spaces in texts are kept', async () => {
  const host = 'a = b.example.com';
  await buildEdge({ services: [{ ...orders, host, pathPrefix: '/x { y }' }] }, join(dir, 'spaces.js'));
  const code = await readFile(join(dir, 'spaces.js'), 'utf8');

  expect(code).toContain(JSON.stringify(host));
  expect(code).toContain('"/x { y }/"');
});

test('a configuration without a service to steer still gives a function', async () => {
  expect((await buildEdge({ services: [] }, join(dir, 'viewer-request.js'))).bytes).toBeGreaterThan(0);
});

test('every file of the build takes a table in one place, and stays what the engine reads', async () => {
  await buildEdgeFiles(dir);
  const files = everyEdgeParts.map(edgeFileName);
  expect((await readdir(join(dir, 'edge'))).sort()).toEqual(files.toSorted());

  for (const file of files) {
    const code = withTable(
      await readFile(join(dir, 'edge', file), 'utf8'),
      compileTable({ services: [{ ...orders, host: 'bücher.example.com' }] }),
    );

    expect(code).toContain('"host":"b\\u00fccher.example.com"');
    expect(code).not.toContain('understudy:table');
  }
  expect(() => withTable('no place', [])).toThrow('has no single place for its table');
});
