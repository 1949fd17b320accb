import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';
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
  const url = pathToFileURL(bundle);
  // A module of its own for each canary: what one keeps, another does not see.
  url.searchParams.set('canary', canary);
  const module: { readonly handler?: unknown } = await import(url.href);
  if (typeof module.handler !== 'function') throw new Error(`${bundle} exports no handler`);
  await module.handler();
  return null;
}
