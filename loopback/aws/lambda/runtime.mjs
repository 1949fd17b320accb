/**
 * Runs in a worker thread and plays Lambda's Node.js runtime: loads one handler, then takes invocations one at a time. It is
 * JavaScript because each thread would load the stripper of types anew, which costs as much as the start of the thread.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { reachOnly } from './reach.mjs';

/** @import { FunctionError, InvocationMessage, RuntimeMessage, RuntimeSetup } from './runtime-messages.ts' */
/** @typedef {(event: unknown, context: object) => unknown} Handler */

/** @type {RuntimeSetup} */
const { codeDir, handler: handlerName, reaches } = workerData;

if (reaches !== undefined) reachOnly(reaches);

try {
  const handler = await loadHandler();
  process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason));
  process.on('uncaughtException', (error) => crash('Runtime.UncaughtException', error));
  parentPort?.on('message', (/** @type {InvocationMessage} */ message) => void invoke(handler, message));
  say({ kind: 'ready' });
} catch (thrown) {
  say({ kind: 'init-failed', error: functionError(thrown) });
}

/** @returns {Promise<Handler>} */
async function loadHandler() {
  const dot = handlerName.lastIndexOf('.');
  const [file, exported] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)];
  const path = ['.mjs', '.js', '.cjs'].map((extension) => join(codeDir, file + extension)).find(existsSync);
  if (path === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}' in ${codeDir}`);
  /** @type {Record<string, unknown>} */
  const bundle = await import(pathToFileURL(path).href);
  const handler = bundle[exported];
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  return /** @type {Handler} */ (handler);
}

/**
 * @param {Handler} handler
 * @param {InvocationMessage} message
 */
async function invoke(handler, message) {
  const { requestId } = message;
  // X-Ray's tools read the trace of the present invocation from here. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
  process.env['_X_AMZN_TRACE_ID'] = message.traceId;
  /** @type {RuntimeMessage} */
  let answer;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    answer = { kind: 'returned', requestId, payload: stringify(result) };
  } catch (thrown) {
    answer = { kind: 'threw', requestId, error: functionError(thrown) };
  }
  await logsAreOut();
  say(answer);
}

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * @param {InvocationMessage} message
 */
function contextOf(message) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: message.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: message.invokedFunctionArn,
    memoryLimitInMB: String(message.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    clientContext: message.clientContext === undefined ? undefined : JSON.parse(message.clientContext),
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - Date.now()),
  };
}

/** @param {unknown} result */
function stringify(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw Object.assign(named('Runtime.MarshalError', 'Unable to stringify response body'), { cause });
  }
}

/**
 * @param {string} errorType
 * @param {unknown} thrown
 */
function crash(errorType, thrown) {
  const { errorMessage, trace } = functionError(thrown);
  say({ kind: 'crashed', error: { errorType, errorMessage, ...(trace && { trace }) } });
}

/**
 * @param {unknown} thrown
 * @returns {FunctionError}
 */
function functionError(thrown) {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/**
 * @param {string} name
 * @param {string} message
 */
function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/** The streams of a worker are asynchronous: an empty write is done when everything before it has arrived. */
async function logsAreOut() {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
  );
}

/** @param {RuntimeMessage} message */
function say(message) {
  parentPort?.postMessage(message);
}
