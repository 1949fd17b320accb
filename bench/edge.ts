import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { buildEdge } from '../build/edge.ts';
import { compileTable } from '../deployment/compile-table.ts';
import type { EdgeService, EdgeTable } from '../deployment/edge-table.ts';
import { inTurn, type Rounds, ratios, type Spread, spread } from './spread.ts';

/** Microseconds per request in one engine, and what the shipped function costs against the others there. */
export interface EngineCost {
  /** Each request has an event of its own, as on CloudFront, and the time has its making in it. */
  readonly microseconds: {
    readonly shipped: Spread;
    readonly oneRead: Spread;
    readonly coinFlip: Spread;
    /** Of a thousand services on hosts of their own, of which one page of the store tells. */
    readonly thousandHosts: Spread;
    /** Of a thousand services on one host, which two pages tell apart by path. */
    readonly thousandPaths: Spread;
    /** Making the event, and nothing else: what no handler can avoid, and what softens the ratios. */
    readonly eventAlone: Spread;
  };
  /** Round by round. */
  readonly ratios: {
    /** Against an empty handler with one store read. The goal is 2 at most. */
    readonly toOneRead: Spread;
    /** Against a handler that reads one of two keys, by a coin, and redirects. The goal is 2 at most. */
    readonly toCoinFlip: Spread;
    /** A thousand services against one. The goal is 1.3 at most. */
    readonly thousandHosts: Spread;
    readonly thousandPaths: Spread;
  };
  /** What the shipped function adds to one store read, in microseconds: the figure that no event softens. */
  readonly addedToOneRead: Spread;
}

export interface EdgeBench {
  readonly vm: EngineCost;
  readonly njs: EngineCost | { readonly skipped: string };
  /** Of the shipped function of one service. */
  readonly bytes: number;
  /** Of that of several, however many they are. */
  readonly lookupBytes: number;
}

/**
 * Measures the shipped function against two small ones, round by round in turn, so that a noisy machine is noisy for all.
 * All get the same events from the same driver. Only the ratios mean anything elsewhere.
 */
export async function benchEdge(rounds: Rounds): Promise<EdgeBench> {
  const dir = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
  try {
    const file = join(dir, 'viewer-request.js');
    const { bytes } = await buildEdge(ONE, file);
    const shipped = await readFile(file, 'utf8');
    const { bytes: lookupBytes } = await buildEdge(THOUSAND_HOSTS, file);
    const lookup = await readFile(file, 'utf8');
    const programs = {
      oneRead: { code: BASELINES.oneRead },
      coinFlip: { code: BASELINES.coinFlip },
      eventAlone: { code: BASELINES.eventAlone },
      shipped: { code: shipped },
      thousandHosts: { code: lookup, table: THOUSAND_HOSTS },
      thousandPaths: { code: lookup, table: THOUSAND_PATHS },
    };
    return {
      bytes,
      lookupBytes,
      vm: await compare(programs, rounds, measureInVm),
      njs: (await hasNjs()) ? await compare(programs, rounds, measureInNjs) : { skipped: 'njs is not installed' },
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

interface Program {
  readonly code: string;
  /** What the store tells of services. */
  readonly table?: EdgeTable;
}

type Programs = Readonly<Record<keyof EngineCost['microseconds'], Program>>;
type Measure = (program: Program) => Promise<number>;

async function compare(programs: Programs, rounds: Rounds, measure: Measure): Promise<EngineCost> {
  const names = ['shipped', 'oneRead', 'coinFlip', 'thousandHosts', 'thousandPaths', 'eventAlone'] as const;
  const { shipped, oneRead, coinFlip, thousandHosts, thousandPaths, eventAlone } = await inTurn(names, rounds, (name) =>
    measure(programs[name]),
  );
  return {
    microseconds: {
      shipped: spread(shipped),
      oneRead: spread(oneRead),
      coinFlip: spread(coinFlip),
      thousandHosts: spread(thousandHosts),
      thousandPaths: spread(thousandPaths),
      eventAlone: spread(eventAlone),
    },
    ratios: {
      toOneRead: ratios(shipped, oneRead),
      toCoinFlip: ratios(shipped, coinFlip),
      thousandHosts: ratios(thousandHosts, shipped),
      thousandPaths: ratios(thousandPaths, shipped),
    },
    addedToOneRead: spread(shipped.map((value, round) => value - (oneRead[round] ?? Number.NaN))),
  };
}

const BASELINES = {
  oneRead: `import cf from 'cloudfront';
async function handler(event) {
  const value = await cf.kvs().get('s/orders');
  return event.request;
}`,
  coinFlip: `import cf from 'cloudfront';
async function handler(event) {
  const key = 'URL' + (Math.random() < 0.5 ? 1 : 2);
  const url = await cf.kvs().get(key);
  return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: url } } };
}`,
  eventAlone: `import cf from 'cloudfront';
async function handler(event) {
  return event.request;
}`,
};

const service = (name: string, where: Pick<EdgeService, 'hosts' | 'pathPrefix'>): EdgeService => ({
  service: name,
  ...where,
  regions: ['us-east-1', 'us-west-2'].map((region) => ({ region, originId: `${name}-${region}` })),
  defaultRegion: 'us-east-1',
});

const of = (services: readonly EdgeService[]): EdgeTable => ({
  keyPrefix: 'h/understudy/',
  failoverStatusCodes: [500, 502, 503, 504],
  services,
});

const ONE = of([service('orders', {})]);
const THOUSAND = ['orders', ...Array.from({ length: 999 }, (_, index) => `service-${index}`)];
const THOUSAND_HOSTS = of(THOUSAND.map((name) => service(name, { hosts: [`${name}.example.com`] })));
const THOUSAND_PATHS = of(
  THOUSAND.map((name) => service(name, { hosts: ['orders.example.com'], pathPrefix: `/${name}` })),
);

/** The request of a browser: what CloudFront hands over has the viewer's headers, cookies and query, each an object. */
const EVENT = {
  version: '1.0',
  context: {
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
    distributionId: 'EDFDVBD6EXAMPLE',
    eventType: 'viewer-request',
    requestId: 'EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==',
  },
  viewer: { ip: '203.0.113.7' },
  request: {
    method: 'GET',
    uri: '/orders/17',
    querystring: { page: { value: '2' }, sort: { value: 'date' } },
    headers: {
      host: { value: 'orders.example.com' },
      'user-agent': { value: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' },
      accept: { value: 'application/json' },
      'accept-language': { value: 'en-GB,en;q=0.5' },
      'accept-encoding': { value: 'gzip, deflate, br, zstd' },
      referer: { value: 'https://www.example.com/orders' },
      origin: { value: 'https://www.example.com' },
      'sec-fetch-mode': { value: 'cors' },
    },
    cookies: { session: { value: 'd29f8c7e1b' }, theme: { value: 'dark' } },
  },
};

const fakeOf = ({ table }: Program) => `
var values = ${JSON.stringify(Object.fromEntries((table ? compileTable(table).pages : []).map(({ key, value }) => [key, value])))};
var standing = {
  'g': '{"v":1,"e":4,"x":{}}', 's/orders': '{"v":1,"e":7,"w":[["us-east-1",1000],["us-west-2",0]]}',
  'URL1': 'https://one.example.com/', 'URL2': 'https://two.example.com/'
};
for (var name in standing) values[name] = standing[name];
var fake = {
  chosen: null,
  kvs: function () { return { get: async function (key) { return values[key]; } }; },
  selectRequestOriginById: function (id) { fake.chosen = id; },
  createRequestOriginGroup: function (group) { fake.chosen = group; }
};`;

const DRIVER = `
  var i, event;
  for (i = 0; i < calls; i++) { event = JSON.parse(eventText); await handler(event); }`;

const IMPORT_LINE = /^import cf from 'cloudfront';$/m;

async function measureInVm(program: Program): Promise<number> {
  // Within a function, because names at the top of a vm context are looked up on an object outside it.
  const run = vm.runInNewContext(
    `(function () { ${fakeOf(program)} var cf = fake; ${program.code.replace(IMPORT_LINE, '')}
    return async function (calls, eventText) {${DRIVER}}; })()`,
  );
  const eventText = JSON.stringify(EVENT);
  await run(5000, eventText);
  const calls = 15_000;
  const start = performance.now();
  await run(calls, eventText);
  return ((performance.now() - start) * 1000) / calls;
}

/** Small batches: njs frees nothing while it runs, so a long one would measure the machine's memory. */
async function measureInNjs(program: Program): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'understudy-njs-'));
  try {
    const calls = 4000;
    await writeFile(join(dir, 'cloudfront'), `${fakeOf(program)} export default fake;`);
    await writeFile(
      join(dir, 'main.js'),
      `${program.code}
var eventText = ${JSON.stringify(JSON.stringify(EVENT))};
async function run(calls) {${DRIVER}}
async function main() {
  await run(500);
  var start = Date.now();
  await run(${calls});
  console.log('MS ' + (Date.now() - start));
}
main();`,
    );
    const { stdout } = await promisify(execFile)('njs', ['-p', dir, join(dir, 'main.js')]);
    const ms = /^MS (\d+)$/m.exec(stdout)?.[1];
    if (ms === undefined) throw new Error(`njs said: ${stdout}`);
    return (Number(ms) * 1000) / calls;
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function hasNjs(): Promise<boolean> {
  try {
    await promisify(execFile)('njs', ['-v']);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
