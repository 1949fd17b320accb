/** Where the handler of a function is, loaded anew for each environment; and errors in Lambda's words. */
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @import { FunctionError } from './runtime-messages.ts' */
/** @typedef {(event: unknown, context: object) => unknown} Handler */

/** In the address of every module of an environment: the same file at another address is another module. */
const ofEnvironment = /[?]environment=\d+$/;

// Before Node 22.15 every environment has a thread of its own, and modules need no mark.
nodeModule.registerHooks?.({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const mark = ofEnvironment.exec(context.parentURL ?? '')?.[0];
    const isOwn = mark !== undefined && resolved.url.startsWith('file:') && !resolved.url.includes('?');
    return isOwn ? { ...resolved, url: `${resolved.url}${mark}` } : resolved;
  },
});

/**
 * @param {string} codeDir
 * @param {string} handlerName `file.export`
 * @param {number} environment
 * @returns {Promise<Handler>}
 */
export async function loadHandler(codeDir, handlerName, environment) {
  const dot = handlerName.lastIndexOf('.');
  const [file, exported] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)];
  const path = ['.mjs', '.js', '.cjs'].map((extension) => join(codeDir, file + extension)).find(existsSync);
  if (path === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}' in ${codeDir}`);
  /** @type {Record<string, unknown>} */
  const bundle = await import(`${pathToFileURL(path).href}?environment=${environment}`);
  const handler = bundle[exported];
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  return /** @type {Handler} */ (handler);
}

/**
 * @param {unknown} thrown
 * @returns {FunctionError}
 */
export function functionError(thrown) {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/**
 * @param {string} name
 * @param {string} message
 */
export function named(name, message) {
  return Object.assign(new Error(message), { name });
}
