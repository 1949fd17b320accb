/**
 * The thread of one observer region: runs whatever canaries it is told to, several at a time. Each sees an environment of
 * its own, as it would in a Lambda function of its own, and its bundle is loaded once, as in a warm one. It is JavaScript because each
 * thread would load the stripper of types anew.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { ownVariables } from '../own-variables.mjs';

/** @import { RunOrder, RunResult } from './canary-messages.ts' */
/** @typedef {{ readonly handler?: unknown }} Bundle */

/** @type {AsyncLocalStorage<Record<string, string | undefined>>} */
const environment = new AsyncLocalStorage();
const outside = ownVariables(() => environment.getStore());

parentPort?.on('message', async (/** @type {RunOrder} */ order) => {
  /** @type {RunResult} */
  const result = { run: order.run, failure: await run(order) };
  parentPort?.postMessage(result);
});

/**
 * @param {RunOrder} order
 * @returns {Promise<string | null>}
 */
async function run({ canary, bundle, env, timeoutMs }) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<string>} */
  const timeout = new Promise((resolve) => {
    timer = setTimeout(() => resolve(`timed out after ${timeoutMs} ms`), timeoutMs);
  });
  try {
    return await Promise.race([timeout, environment.run({ ...outside, ...env }, () => handle(canary, bundle))]);
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} canary
 * @param {string} bundle
 * @returns {Promise<null>}
 */
async function handle(canary, bundle) {
  const { handler } = moduleOf(canary, bundle);
  if (typeof handler !== 'function') throw new Error(`${bundle} exports no handler`);
  await handler();
  return null;
}

const require = createRequire(import.meta.url);
/** @type {Map<string, Bundle>} */
const modules = new Map();

/**
 * A module of its own for each canary: what one keeps, another does not see.
 * @param {string} canary
 * @param {string} bundle
 * @returns {Bundle}
 */
function moduleOf(canary, bundle) {
  const known = modules.get(canary);
  if (known !== undefined) return known;
  delete require.cache[require.resolve(bundle)];
  const loaded = /** @type {Bundle} */ (require(bundle));
  modules.set(canary, loaded);
  return loaded;
}
