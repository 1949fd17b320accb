import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { buildEdge } from '../../../build/edge.ts';
import { parseFailover } from '../../../config/define-failover.ts';
import { epoch } from '../../../core/brand.ts';
import { compileTable } from '../../../deployment/compile-table.ts';
import type { EdgeService } from '../../../deployment/edge-table.ts';
import { type EdgePages, writePages } from '../../../handlers/adapters/edge-pages.ts';
import { kvsClient, kvsStore } from '../../../handlers/adapters/kvs-store.ts';
import { kvsLever } from '../../../handlers/adapters/lever.kvs.ts';
import { storedPages } from '../../../handlers/adapters/stored-pages.ts';
import { handler } from '../../../handlers/edge-pages.lambda.ts';
import { AwsFaults } from '../../../loopback/aws/faults.ts';
import { createKeyValueStores } from '../../../loopback/aws/kvs.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import example from '../../../understudy.config.ts';
import { inVm } from '../../edge/engine.ts';
import { cloudFormationHere } from '../../support/cloudformation.ts';

const arn = 'arn:aws:cloudfront::123456789012:key-value-store/0b1c2d3e-0000-4000-8000-000000000001';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_REGION', 'us-west-2');
});
afterEach(() => void vi.unstubAllEnvs());

const standing = { g: '{"v":1,"e":0,"x":{}}', 's/orders': '{"v":1,"e":7,"w":[["us-east-1",0],["us-west-2",1000]]}' };

/** A store with weights and pages of another deployment in it. */
async function newStage(entries: Readonly<Record<string, string>> = {}) {
  const faults = new AwsFaults();
  const stores = createKeyValueStores();
  stores.createStore({ arn, entries: { ...standing, 'h/other/a.example.com': '[0]', ...entries } });
  const aws = await startAwsServer({ port: 0, account: '123456789012', services: [stores], faults });
  onTestFinished(() => aws.close());
  const client = kvsClient('us-west-2', { endpoint: aws.url });
  const changes: ReadonlyMap<string, string>[] = [];
  stores.subscribe((change) => changes.push(change.entries));
  return {
    aws,
    faults,
    client,
    changes,
    pages: storedPages(client, arn),
    below: (prefix: string) => [...stores.store(arn).entries].filter(([key]) => key.startsWith(prefix)),
    entries: () => Object.fromEntries(stores.store(arn).entries),
  };
}

const service = (name: string, pathPrefix: string): EdgeService => ({
  service: name,
  hosts: ['api.example.com'],
  pathPrefix,
  regions: ['us-east-1', 'us-west-2'].map((region) => ({ region, originId: `${name}-${region}` })),
  defaultRegion: 'us-east-1',
});

const flat = (index: number) => `/service-${index}`;
const deep = (index: number) => `/api/v1/service-${index}`;
/** Some of both, and some of paths that all of those are below. */
const mixed = (index: number) => [flat(index), deep(index), '/a'.repeat(index % 40)][index % 3] ?? '';
const deployed = fc.tuple(fc.integer({ min: 2, max: 70 }), fc.constantFrom(flat, deep, mixed));

const servicesOf = (count: number, pathOf: (index: number) => string): readonly EdgeService[] =>
  Array.from({ length: count }, (_, index) => service(`service-${index}`, pathOf(index)));

function asWritten(services: readonly EdgeService[]): EdgePages {
  const { keyPrefix, pages } = compileTable({ keyPrefix: 'h/test/', failoverStatusCodes: [503, 504], services });
  return { keyPrefix: keyPrefix ?? '', pages: [...pages] };
}

const pagesOf = (count: number): EdgePages => asWritten(servicesOf(count, flat));

const asEntries = ({ pages }: EdgePages) => pages.map(({ key, value }) => [key, value]);
const noWait = async () => {};

describe('the pages in the store', () => {
  test('become what the deployment has, and nothing else is touched', async () => {
    const { pages, below, entries } = await newStage({ 'h/test/gone.example.com': '[0]', 'h/tester/x': '[0]' });
    const wanted = pagesOf(120);

    await writePages(wanted, pages, noWait);

    expect(below('h/test/').toSorted()).toEqual(asEntries(wanted).toSorted());
    expect(entries()).toMatchObject({ ...standing, 'h/other/a.example.com': '[0]', 'h/tester/x': '[0]' });
  });

  test('are not written again where they stand', async () => {
    const { pages, changes } = await newStage();
    await writePages(pagesOf(20), pages, noWait);
    const before = changes.length;

    expect(await writePages(pagesOf(20), pages, noWait)).toEqual({ changed: 0 });
    expect(changes).toHaveLength(before);
  });

  test('tell, after every write, of each service that was there before and stays, while others come, go and get other paths', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'understudy-pages-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'viewer-request.js');
    await buildEdge({ keyPrefix: 'h/test/', failoverStatusCodes: [503, 504], services: servicesOf(2, flat) }, file);
    await fc.assert(
      fc.asyncProperty(fc.array(deployed, { minLength: 2, maxLength: 4 }), async (deployments) => {
        const { pages, changes } = await newStage();
        let before: readonly EdgeService[] = [];
        for (const [count, pathOf] of deployments) {
          const now = servicesOf(count, pathOf);
          const stay = now.filter(({ pathPrefix }) => before.some((other) => other.pathPrefix === pathPrefix));
          const first = changes.length;
          await writePages(asWritten(now), pages, noWait);
          for (const entries of changes.slice(first)) {
            const store = Object.fromEntries(entries);
            const found = await inVm(
              file,
              stay.map(({ pathPrefix }) => ({ store, method: 'POST', uri: `${pathPrefix}/7` })),
            );
            expect(found.map(({ chosen }) => chosen)).toEqual(stay.map(({ regions }) => regions[0]?.originId));
          }
          before = now;
        }
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  test('are written although others write to the store meanwhile', async () => {
    const { pages, faults, below } = await newStage();
    faults.set({ service: 'kvs', operation: 'UpdateKeys', fault: 'conflict', times: 5 });

    await writePages(pagesOf(60), pages, noWait);

    expect(below('h/test/')).toHaveLength(asEntries(pagesOf(60)).length);
  });

  test('are read again where a write got no answer, and are then what they should be', async () => {
    const { pages, faults, below } = await newStage({ 'h/test/gone.example.com': '[0]' });
    faults.set({ service: 'kvs', operation: 'UpdateKeys', fault: 'answer-lost', times: 1 });

    await writePages(pagesOf(60), pages, noWait);

    expect(below('h/test/').toSorted()).toEqual(asEntries(pagesOf(60)).toSorted());
  });

  test('are given up on, with a sentence, where the store does not answer', async () => {
    const { pages, faults } = await newStage();
    faults.set({ service: 'kvs', operation: 'ListKeys', fault: 'unavailable' });

    await expect(writePages(pagesOf(2), pages, noWait)).rejects.toThrow(
      /^which service a request belongs to was not written to the store: /,
    );
  });
});

test('a move that meets a deployment of five hundred services gets its turn', async () => {
  const { aws, pages, entries } = await newStage();
  const { services } = parseFailover(example);
  const [orders] = services;
  if (orders?.lever.kind !== 'kvs') throw new Error('the example has other levers now');
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const lever = kvsLever({
    store: kvsStore(kvsClient('us-east-2', { endpoint: aws.url }), arn),
    service: orders,
    random: Math.random,
    wait,
  });

  const written = writePages(pagesOf(500), pages, (ms) => wait(Math.min(ms, 300)));
  let stands = { 'us-east-1': 0, 'us-west-2': 1_000 };
  for (let move = 8; move < 14; move++) {
    const next = { 'us-east-1': stands['us-west-2'], 'us-west-2': stands['us-east-1'] };
    const outcome = await lever.write({ epoch: epoch(move), weights: next, expected: stands });
    expect(outcome).toMatchObject({ kind: 'accepted' });
    stands = next;
  }
  await written;

  expect(JSON.parse(entries()['s/orders'] ?? '')).toMatchObject({ e: 13 });
  expect(Object.keys(entries()).filter((key) => key.startsWith('h/test/'))).toHaveLength(pagesOf(500).pages.length);
}, 60_000);

describe('the function that CloudFormation calls', () => {
  async function called(RequestType: 'Create' | 'Update' | 'Delete', properties: object, text: string) {
    const { answers, url } = await cloudFormationHere();
    const folder = await mkdtemp(join(tmpdir(), 'understudy-pages-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'edge-pages.json');
    await writeFile(file, text);
    vi.stubEnv('UNDERSTUDY_EDGE_PAGES', file);
    await handler({
      RequestType,
      ResponseURL: url,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Pages',
      ResourceProperties: properties,
    });
    return answers;
  }

  test.each(['Create', 'Update'] as const)('writes what its layer has (%s)', async (type) => {
    const { aws, below } = await newStage();

    const answers = await called(type, { store: arn, endpoint: aws.url }, JSON.stringify(pagesOf(3)));

    expect(answers).toMatchObject([{ Status: 'SUCCESS', StackId: 'stack', RequestId: 'request' }]);
    expect(below('h/test/').toSorted()).toEqual(asEntries(pagesOf(3)).toSorted());
  });

  test('leaves everything as it is when its stack is deleted: traffic may stand on it', async () => {
    const { aws, below } = await newStage({ 'h/test/api.example.com': '[0]' });

    expect(await called('Delete', { store: arn, endpoint: aws.url }, '{}')).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(below('h/test/')).toHaveLength(1);
  });

  test.each([
    ['store', {}, JSON.stringify(pagesOf(2))],
    ['keyPrefix', { store: arn }, '{"pages":[]}'],
    ['JSON', { store: arn }, 'no JSON'],
  ])('fails the stack with a reason that names %s', async (what, properties, text) => {
    expect(await called('Create', properties, text)).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining(what) },
    ]);
  });
});
