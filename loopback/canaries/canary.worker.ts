import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';

/** One run of one canary, as the thread is asked for it. */
export interface RunOrder {
  readonly run: number;
  readonly canary: string;
  /** File of the bundle. */
  readonly bundle: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface RunResult {
  readonly run: number;
  /** Why it failed, or null. */
  readonly failure: string | null;
}

/**
 * The thread of one observer region: runs whatever canaries it is told to, several at a time. Each sees an environment of
 * its own, as it would in a Lambda function of its own, and its bundle is loaded once, as in a warm one.
 */
const environment = new AsyncLocalStorage<Record<string, string | undefined>>();
const outside: Record<string, string | undefined> = { ...process.env };
const current = () => environment.getStore() ?? outside;
process.env = new Proxy<NodeJS.ProcessEnv>(
  {},
  {
    get: (_, name) => current()[String(name)],
    has: (_, name) => name in current(),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(current(), name),
    set: (_, name, value) => Reflect.set(current(), name, String(value)),
    deleteProperty: (_, name) => Reflect.deleteProperty(current(), name),
  },
);

parentPort?.on('message', async (order: RunOrder) => {
  const result: RunResult = { run: order.run, failure: await run(order) };
  parentPort?.postMessage(result);
});

async function run({ canary, bundle, env, timeoutMs }: RunOrder): Promise<string | null> {
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(() => timeout.resolve(`timed out after ${timeoutMs} ms`), timeoutMs);
  try {
    return await Promise.race([timeout.promise, environment.run({ ...outside, ...env }, () => handle(canary, bundle))]);
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    clearTimeout(timer);
  }
}

async function handle(canary: string, bundle: string): Promise<null> {
  const { handler } = moduleOf(canary, bundle);
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no handler`);
  await handler();
  return null;
}

const require = createRequire(import.meta.url);
const modules = new Map<string, { readonly handler?: unknown }>();

/** A module of its own for each canary: what one keeps, another does not see. */
function moduleOf(canary: string, bundle: string): { readonly handler?: unknown } {
  let module = modules.get(canary);
  if (module === undefined) {
    delete require.cache[require.resolve(bundle)];
    module = require(bundle) as { readonly handler?: unknown };
    modules.set(canary, module);
  }
  return module;
}
