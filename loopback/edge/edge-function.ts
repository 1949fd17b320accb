import { setImmediate as nextTurn } from 'node:timers/promises';
import vm from 'node:vm';
import type { OriginUpdate, ViewerRequest, ViewerRequestEvent } from 'cloudfront';

/** A CloudFront Function, loaded and ready. */
export interface EdgeFunction {
  /** Runs the handler against a store. Never rejects: a function that fails is an outcome. */
  run(event: ViewerRequestEvent, store: ReadonlyMap<string, string>): Promise<FunctionOutcome>;
}

export type FunctionOutcome =
  | { readonly kind: 'forward'; readonly request: ViewerRequest; readonly choice: OriginChoice | null }
  | { readonly kind: 'respond'; readonly response: FunctionResponse }
  /** It threw, or did not finish. */
  | { readonly kind: 'failed'; readonly because: string }
  /** It finished with something that CloudFront does not take. */
  | { readonly kind: 'invalid'; readonly because: string };

/** The last call of an origin helper wins, as each replaces the origin of the request. */
export type OriginChoice =
  | { readonly kind: 'origin'; readonly originId: string; readonly hostHeader?: string }
  | { readonly kind: 'group'; readonly originIds: readonly [string, string]; readonly statusCodes: readonly number[] }
  | { readonly kind: 'update'; readonly update: OriginUpdate };

export interface FunctionResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: string | { readonly data: string; readonly encoding?: 'text' | 'base64' };
}

/**
 * Loads the file that is deployed. CloudFront gives every request a fresh start; a context for each would cost a quarter of a
 * millisecond, so all share one, and two things keep state from leaking. The file is wrapped into a function that runs as a
 * whole for each request, so its top-level variables are new every time; and everything that outlives a request, the globals
 * and all builtins with their prototypes, is frozen. Only text crosses the border, so the handler gets no object of ours to
 * hide anything in.
 *
 * A file that does not parse loads all the same and fails at every request: so does CloudFront, which publishes it.
 */
export function loadEdgeFunction(code: string, fileName: string): EdgeFunction {
  // Only a global that is no window on an object of ours can be frozen.
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(PREPARE, context, { filename: 'prepare-edge-context.js' });

  const compiled = compile(code, fileName, context);
  return {
    async run(event, store) {
      if (compiled.kind === 'broken') return { kind: 'failed', because: compiled.because };
      let choice: OriginChoice | null = null;
      const host: Host = {
        get: (key) => store.get(key),
        keyCount: () => store.size,
        choose(text) {
          choice = JSON.parse(text);
        },
        log: () => {},
      };
      try {
        const finished = compiled.run(JSON.stringify(event), host);
        // Nothing that a handler may await takes longer than the microtasks of this turn.
        const text = await Promise.race([finished, nextTurn(UNFINISHED)]);
        if (text === UNFINISHED) return { kind: 'failed', because: 'the handler did not finish' };
        return judge(text as string | undefined, choice, event.request);
      } catch (error) {
        return { kind: 'failed', because: String(error) };
      }
    },
  };
}

/** What the context may call. Only text passes. */
interface Host {
  get(key: string): string | undefined;
  keyCount(): number;
  choose(choice: string): void;
  log(message: string): void;
}

type Compiled =
  | { readonly kind: 'ready'; readonly run: (eventText: string, host: Host) => Promise<string | undefined> }
  | { readonly kind: 'broken'; readonly because: string };

const UNFINISHED = Symbol('unfinished');

function compile(code: string, fileName: string, context: vm.Context): Compiled {
  const withoutImport = code.replace(/^\s*import\s+(\w+)\s+from\s+(['"])cloudfront\2;?/m, 'const $1 = __cloudfront;');
  try {
    const run = vm.runInContext(
      `(async function (__eventText, __host) { 'use strict';
        const __cloudfront = __createCloudfront(__host), console = __createConsole(__host);
        const __handler = (function (__eventText, __host) {${withoutImport}
          ; return handler; })();
        const __result = await __handler(JSON.parse(__eventText));
        return JSON.stringify(__result); })`,
      context,
      { filename: fileName },
    );
    return { kind: 'ready', run };
  } catch (error) {
    return { kind: 'broken', because: String(error) };
  }
}

/**
 * Runs once in the context: takes away what the runtime lacks, adds the helper module, freezes everything.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const PREPARE = `'use strict';
for (const name of ['Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Proxy', 'Reflect', 'BigInt', 'Intl',
  'Atomics', 'SharedArrayBuffer', 'WebAssembly', 'Iterator', 'eval', 'escape', 'unescape']) delete globalThis[name];
for (const name of ['flat', 'flatMap', 'at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with']) {
  delete Array.prototype[name];
}
for (const name of ['at', 'matchAll', 'toWellFormed', 'isWellFormed']) delete String.prototype[name];
for (const name of ['from', 'fromAsync']) delete Array[name];
for (const name of ['fromEntries', 'groupBy', 'hasOwn']) delete Object[name];

globalThis.__createConsole = (host) => Object.freeze({ log: (message) => host.log(String(message)) });

globalThis.__createCloudfront = (host) => {
  const read = (key, format) => {
    const text = host.get(String(key));
    if (text === undefined) throw new Error('KeyNotFound: ' + key);
    return format === 'json' ? JSON.parse(text) : text;
  };
  const choose = (choice) => host.choose(JSON.stringify(choice));
  const store = Object.freeze({
    get: async (key, options) => read(key, options && options.format),
    exists: async (key) => host.get(String(key)) !== undefined,
    meta: async () => ({ creationDateTime: '', lastUpdatedDateTime: '', keyCount: host.keyCount() }),
  });
  return Object.freeze({
    kvs: () => store,
    selectRequestOriginById: (originId, overrides) =>
      choose({ kind: 'origin', originId, hostHeader: overrides && overrides.hostHeader }),
    createRequestOriginGroup: (group) => {
      if (!Array.isArray(group.originIds) || group.originIds.length !== 2) throw new Error('originIds: exactly two');
      choose({
        kind: 'group',
        originIds: group.originIds.map((origin) => origin.originId),
        statusCodes: group.failoverCriteria.statusCodes,
      });
    },
    updateRequestOrigin: (update) => choose({ kind: 'update', update }),
  });
};

const seen = [];
const freeze = (value) => {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.includes(value)) return;
  seen.push(value);
  for (const name of [...Object.getOwnPropertyNames(value), ...Object.getOwnPropertySymbols(value)]) {
    const { value: member, get, set } = Object.getOwnPropertyDescriptor(value, name);
    freeze(member);
    freeze(get);
    freeze(set);
  }
  freeze(Object.getPrototypeOf(value));
  Object.freeze(value);
};
freeze(globalThis);
for (const hidden of [async () => {}, function* () {}, async function* () {}, [].values(), ''[Symbol.iterator](), /x/g]) freeze(Object.getPrototypeOf(hidden));
`;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
function judge(text: string | undefined, choice: OriginChoice | null, before: ViewerRequest): FunctionOutcome {
  const result = text === undefined ? null : JSON.parse(text);
  if (typeof result !== 'object' || result === null) return { kind: 'invalid', because: 'it returned no object' };
  if ('statusCode' in result) {
    const { statusCode } = result;
    return Number.isInteger(statusCode) && statusCode >= 200 && statusCode <= 599
      ? { kind: 'respond', response: result }
      : { kind: 'invalid', because: `it answered with the status ${statusCode}` };
  }
  if (typeof result.uri !== 'string' || !result.uri.startsWith('/')) {
    return { kind: 'invalid', because: 'it returned a request without a path' };
  }
  if (result.method !== before.method) return { kind: 'invalid', because: 'it changed the method' };
  for (const name of READ_ONLY_HEADERS) {
    if (result.headers?.[name]?.value !== before.headers[name]?.value) {
      return { kind: 'invalid', because: `it changed the header ${name}` };
    }
  }
  return { kind: 'forward', request: result, choice };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html */
const READ_ONLY_HEADERS = ['content-length', 'host', 'transfer-encoding', 'via'];
