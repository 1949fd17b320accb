import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import vm from 'node:vm';
import type { ViewerRequest, ViewerResponse } from 'cloudfront';

/** One run of the handler. */
export interface Run {
  readonly store: StoreBehaviour;
  readonly method?: string;
  readonly uri?: string;
  readonly ip?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `cf.kvs()` is like: its entries, or how it fails. */
export type StoreBehaviour =
  | Readonly<Record<string, unknown>>
  | 'kvs throws'
  | 'get throws'
  | 'get rejects'
  | 'origins cannot be chosen';

/** What came of it: the origin or the pair of origins that was chosen, and the request as it goes on. */
export interface Steered {
  readonly chosen: string | readonly string[] | null;
  readonly statusCodes: readonly number[] | null;
  readonly request: ViewerRequest | null;
  /** What the function answered itself, instead of letting the request go on. */
  readonly response: ViewerResponse | null;
  /** What was asked of the store, in order. */
  readonly reads: readonly string[];
  /** The error that the viewer would see as a 503. */
  readonly thrown: string | null;
}

export type Engine = (functionFile: string, runs: readonly Run[]) => Promise<readonly Steered[]>;

/** V8 without what CloudFront's runtime does not have. */
export const inVm: Engine = async (functionFile, runs) => {
  const code = (await readFile(functionFile, 'utf8')).replace(/^import cf from 'cloudfront';$/m, '');
  const context = vm.createContext({});
  vm.runInContext(REMOVE_BUILTINS, context);
  const main = vm.runInContext(
    `(async function (runsText, console) { 'use strict'; ${FAKE} var cf = fake; ${code} ${DRIVER} })`,
    context,
    { filename: functionFile },
  );
  const lines: string[] = await main(JSON.stringify(runs), { log: () => {} });
  return lines.map((line) => JSON.parse(line));
};

/** Debian's njs: the nearest thing to CloudFront's engine that can be had. */
export const inNjs: Engine = async (functionFile, runs) => {
  const dir = await mkdtemp(join(tmpdir(), 'understudy-njs-'));
  try {
    // An import of `cloudfront` is looked up as a file of that name below the path prefix.
    await writeFile(join(dir, 'cloudfront'), `${FAKE} export default fake;`);
    await writeFile(
      join(dir, 'main.js'),
      `${await readFile(functionFile, 'utf8')}
import fake from 'cloudfront';
var runsText = ${JSON.stringify(JSON.stringify(runs))};
async function main() { ${DRIVER} }
main().then(
  function (lines) { for (var i = 0; i < lines.length; i++) console.log('RESULT' + lines[i]); },
  function (error) { console.log('FAILED ' + error); }
);`,
    );
    const stdout = await njs(['-p', dir, join(dir, 'main.js')]);
    const results = [...stdout.matchAll(/^RESULT(.*)$/gm)].map(([, line]) => JSON.parse(line ?? ''));
    if (results.length !== runs.length) throw new Error(`njs said: ${stdout}`);
    return results;
  } finally {
    await rm(dir, { recursive: true });
  }
};

export function hasNjs(): boolean {
  try {
    execFileSync('njs', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Its complaints go to stdout. */
async function njs(args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)('njs', args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`njs failed: ${stdout}${stderr}`, { cause: error });
  }
}

/** The helper module as it may behave. Runs in both engines, so it is ES5 too. */
const FAKE = `
var fake = {
  run: null, chosen: null, statusCodes: null, reads: [],
  kvs: function () {
    var store = fake.run.store;
    if (store === 'kvs throws') throw new Error('no store is associated');
    return {
      get: function (key) {
        fake.reads.push(key);
        if (store === 'get throws') throw new Error('get failed');
        if (store === 'get rejects' || typeof store !== 'object' || store[key] === undefined) {
          return Promise.reject(new Error('KeyNotFound'));
        }
        return Promise.resolve(store[key]);
      }
    };
  },
  selectRequestOriginById: function (id) {
    if (fake.run.store === 'origins cannot be chosen') throw new Error('no such origin');
    fake.chosen = id;
  },
  createRequestOriginGroup: function (group) {
    if (fake.run.store === 'origins cannot be chosen') throw new Error('no such origin');
    fake.chosen = group.originIds.map(function (origin) { return origin.originId; });
    fake.statusCodes = group.failoverCriteria.statusCodes;
  }
};`;

/** One line of JSON a run: njs cuts a longer `console.log` at 2 KB. */
const DRIVER = `
  var runs = JSON.parse(runsText), results = [], i, run, headers, name, event, request, response, thrown;
  for (i = 0; i < runs.length; i++) {
    run = runs[i];
    headers = { host: { value: 'api.example.com' }, accept: { value: 'application/json' } };
    for (name in run.headers) headers[name] = { value: run.headers[name] };
    event = {
      version: '1.0', context: { distributionDomainName: 'd111111abcdef8.cloudfront.net', eventType: 'viewer-request' }, viewer: { ip: run.ip || '203.0.113.7' },
      request: {
        method: run.method || 'GET', uri: run.uri || '/orders/17', querystring: { a: { value: 'b' } },
        headers: headers, cookies: { session: { value: 'abc' } }
      }
    };
    fake.run = run; fake.chosen = null; fake.statusCodes = null; fake.reads = [];
    request = null; response = null; thrown = null;
    try { request = await handler(event); } catch (error) { thrown = String(error); }
    if (request && request.statusCode) { response = request; request = null; }
    results.push(JSON.stringify({
      chosen: fake.chosen, statusCodes: fake.statusCodes, request: request, response: response, reads: fake.reads,
      thrown: thrown
    }));
  }
  return results;`;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html */
const REMOVE_BUILTINS = `
  for (const name of ['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Proxy', 'Reflect', 'BigInt',
    'Intl', 'Atomics', 'SharedArrayBuffer', 'WebAssembly', 'Iterator', 'eval', 'escape', 'unescape']) delete globalThis[name];
  for (const name of ['flat', 'flatMap', 'at', 'findLast', 'toSorted', 'toReversed', 'with']) delete Array.prototype[name];
  for (const name of ['at', 'matchAll', 'toWellFormed', 'isWellFormed']) delete String.prototype[name];
  for (const name of ['from', 'fromAsync']) delete Array[name];
  for (const name of ['fromEntries', 'groupBy', 'hasOwn']) delete Object[name];`;
