/**
 * Runs in a worker thread and plays Lambda's Node.js runtime for the environments that the thread is given: each loads one
 * handler, then takes invocations one at a time. It is JavaScript because each thread would load the stripper of types anew, which
 * costs as much as the start of the thread.
 */
import { parentPort } from 'node:worker_threads';
import { functionError, loadHandler, named } from './handler-file.mjs';
import { currentEnvironment, Exit, environmentOf, run } from './own-process.mjs';
import { reachOnly } from './reach.mjs';

/** @import { InvocationMessage, RuntimeMessage, RuntimeSetup, ThreadOrder } from './runtime-messages.ts' */
/** @import { Environment } from './own-process.mjs' */
/** @import { Handler } from './handler-file.mjs' */

/** @type {Map<number, { environment: Environment, handler?: Handler }>} */
const environments = new Map();

parentPort?.on('message', (/** @type {ThreadOrder} */ order) => {
  if (order.kind === 'start') return void start(order.environment, order.setup);
  const known = environments.get(order.environment);
  if (known === undefined) return;
  if (order.kind === 'end') end(known.environment, { kind: 'ended' });
  else if (known.handler !== undefined) {
    const { environment, handler } = known;
    void run(environment, () => invoke(environment, handler, order.invocation));
  }
});

process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason));
process.on('uncaughtException', (error) => crash('Runtime.UncaughtException', error));

/**
 * @param {number} id
 * @param {RuntimeSetup} setup
 */
async function start(id, { codeDir, handler: handlerName, reaches, env }) {
  // The pool gives such a function a thread of its own, because this holds for all of the thread.
  if (reaches !== undefined) reachOnly(reaches);
  const environment = environmentOf({
    id,
    env: { ...env },
    onLines: (lines) => say(environment, { kind: 'lines', lines }),
    onExit: (code) => end(environment, { kind: 'exited', code }),
  });
  environments.set(id, { environment });
  try {
    const handler = await run(environment, () => loadHandler(codeDir, handlerName, id));
    environments.set(id, { environment, handler });
    say(environment, { kind: 'ready' });
  } catch (thrown) {
    if (!(thrown instanceof Exit)) end(environment, { kind: 'init-failed', error: functionError(thrown) });
  }
}

/**
 * @param {Environment} environment
 * @param {Handler} handler
 * @param {InvocationMessage} message
 */
async function invoke(environment, handler, message) {
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
  environment.flush();
  say(environment, answer);
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
 * Of what nobody caught. What belongs to no environment ends the thread, and everything in it.
 * @param {string} errorType
 * @param {unknown} thrown
 */
function crash(errorType, thrown) {
  if (thrown instanceof Exit) return;
  const environment = currentEnvironment();
  if (environment === undefined) throw thrown;
  const { errorMessage, trace } = functionError(thrown);
  end(environment, { kind: 'crashed', error: { errorType, errorMessage, ...(trace && { trace }) } });
}

/**
 * @param {Environment} environment
 * @param {RuntimeMessage} why
 */
function end(environment, why) {
  environment.flush();
  say(environment, why);
  environment.end();
  environments.delete(environment.id);
}

/**
 * What an ended environment does is heard by nobody.
 * @param {Environment} environment
 * @param {RuntimeMessage} message
 */
function say({ id, ended }, message) {
  if (!ended) parentPort?.postMessage({ ...message, environment: id });
}
