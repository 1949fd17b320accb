import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { combinedFunction } from '../../deployment/combined-function.ts';
import { FILE_BYTES_MAX } from '../../deployment/edge-function.ts';
import { loadEdgeFunction } from '../../loopback/edge/edge-function.ts';
import { hasNjs, inNjs } from './engine.ts';
import { oneService } from './example-table.ts';

let dir: string;
let ours: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'understudy-combined-'));
  await buildEdge(oneService, join(dir, 'ours.js'));
  ours = await readFile(join(dir, 'ours.js'), 'utf8');
});
afterAll(() => rm(dir, { recursive: true }));

/** The documented one, with everything that such functions usually do, and names that ours has too. */
const theirs = `import cloudfront from 'cloudfront';
var EDGE_TABLE = 'theirs';
function serviceOf(request) { return request.uri.split('/')[1]; }
const redirects = { '/old': '/orders' };

async function handler(event) {
  var request = event.request;
  if (redirects[request.uri]) return { statusCode: 301, headers: { location: { value: redirects[request.uri] } } };
  const steered = await steer(event);
  if (steered.statusCode) return steered;
  steered.headers['x-shop'] = { value: EDGE_TABLE + serviceOf(steered) + typeof cloudfront.kvs };
  return steered;
}
`;

const west = { 's/orders': '{"v":1,"e":7,"w":[["us-east-1",0],["us-west-2",1000]]}' };
const runs = [
  { store: west, uri: '/old' },
  { store: west, uri: '/orders/17' },
  { store: west, uri: '/orders/.well-known/understudy/orders' },
];
const expected = [
  { response: { statusCode: 301 }, chosen: null },
  { chosen: ['west', 'east'], request: { headers: { 'x-shop': { value: 'theirsordersfunction' } } } },
  { chosen: null, response: { statusCode: 200, body: { data: expect.stringContaining('"routing":7') } } },
];

describe('a function of somebody’s with steer() in it', () => {
  test.skipIf(!hasNjs())('redirects, is steered and says what it believes, in njs', async () => {
    const file = join(dir, 'theirs.js');
    await writeFile(file, combinedFunction(theirs, ours));

    expect(await inNjs(file, runs)).toMatchObject(expected);
  });

  test('does the same at the sandbox’s edge', async () => {
    const edge = loadEdgeFunction(combinedFunction(theirs, ours), 'theirs.js');
    const event = (uri: string) => ({
      version: '1.0',
      context: { distributionDomainName: '', distributionId: '', eventType: 'viewer-request', requestId: '' },
      viewer: { ip: '203.0.113.7' },
      request: { method: 'GET', uri, querystring: {}, headers: { host: { value: 'a.example.com' } }, cookies: {} },
    });
    const outcomes = await Promise.all(runs.map(({ uri }) => edge.run(event(uri), new Map(Object.entries(west)))));

    expect(outcomes).toMatchObject([
      { kind: 'respond', response: { statusCode: 301 } },
      { kind: 'forward', choice: { kind: 'group', originIds: ['west', 'east'] } },
      { kind: 'respond', response: { statusCode: 200 } },
    ]);
  });

  test('needs no import of its own', () => {
    const code = combinedFunction('async function handler(event) { return steer(event); }', ours);

    expect(code.match(/^import .*$/gm)).toEqual(["import cf from 'cloudfront';"]);
  });

  test.each([
    ['has no function handler', 'const go = (event) => steer(event);'],
    ['never calls steer(event)', 'function handler(event) { return event.request; }'],
    ['never calls steer(event)', '// steer(event)\nfunction handler(event) { return event.request; }'],
    ['declares steer', 'function steer(event) {}\nfunction handler(event) { return steer(event); }'],
    ['declares cf', 'var cf = 1;\nfunction handler(event) { return steer(event); }'],
    ['has add(await…)', 'async function handler(event) { return add(await steer(event)); }'],
    ['has add(1, await…)', 'async function handler(event) { return add(1, await steer(event)); }'],
  ])('is refused where it could not run: it %s', (fault, code) => {
    expect(() => combinedFunction(code, ours)).toThrow(`viewer-request function:\n  ${fault}`);
  });

  test('may await where the engine lets it', () => {
    const code = `async function ready() { return true; }
      async function handler(event) { if (await ready()) { return steer(event); } return event.request; }`;

    expect(() => combinedFunction(code, ours)).not.toThrow();
  });

  test('is refused at the byte where CloudFront would refuse it, with how many are its own', () => {
    const handler = 'async function handler(event) { return steer(event); }\n';
    const spare = FILE_BYTES_MAX - Buffer.byteLength(combinedFunction(handler, ours));
    const padded = (bytes: number) => `${handler}//${'x'.repeat(bytes - '\n//'.length)}`;

    expect(Buffer.byteLength(combinedFunction(padded(spare), ours))).toBe(FILE_BYTES_MAX);
    expect(() => combinedFunction(padded(spare + 1), ours)).toThrow(
      `it is ${FILE_BYTES_MAX + 1} bytes long with steer(), ${Buffer.byteLength(padded(spare + 1))} of them its own`,
    );
  });
});
