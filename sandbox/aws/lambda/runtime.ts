/** Runs in a worker thread and plays Lambda's Node.js runtime: loads one handler, then takes invocations one at a time. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionError, InvocationMessage, RuntimeMessage, RuntimeSetup } from './runtime-messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const { codeDir, handler: handlerName } = workerData as RuntimeSetup;

try {
  const handler = await loadHandler();
  process.on('unhandledRejection', (reason) => crash('Runtime.UnhandledPromiseRejection', reason));
  process.on('uncaughtException', (error) => crash('Runtime.UncaughtException', error));
  parentPort?.on('message', (message: InvocationMessage) => void invoke(handler, message));
  say({ kind: 'ready' });
} catch (thrown) {
  say({ kind: 'init-failed', error: functionError(thrown) });
}

async function loadHandler(): Promise<Handler> {
  const dot = handlerName.lastIndexOf('.');
  const [file, exported] = [handlerName.slice(0, dot), handlerName.slice(dot + 1)];
  const path = ['.mjs', '.js', '.cjs'].map((extension) => join(codeDir, file + extension)).find(existsSync);
  if (path === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${file}' in ${codeDir}`);
  const bundle = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const handler = bundle[exported];
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  return handler as Handler;
}

async function invoke(handler: Handler, message: InvocationMessage): Promise<void> {
  const { requestId } = message;
  // X-Ray's tools read the trace of the present invocation from here. https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
  process.env['_X_AMZN_TRACE_ID'] = message.traceId;
  let answer: RuntimeMessage;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    answer = { kind: 'returned', requestId, payload: stringify(result) };
  } catch (thrown) {
    answer = { kind: 'threw', requestId, error: functionError(thrown) };
  }
  await logsAreOut();
  say(answer);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(message: InvocationMessage): object {
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

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw Object.assign(named('Runtime.MarshalError', 'Unable to stringify response body'), { cause });
  }
}

function crash(errorType: string, thrown: unknown): void {
  const { errorMessage, trace } = functionError(thrown);
  say({ kind: 'crashed', error: { errorType, errorMessage, ...(trace && { trace }) } });
}

function functionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The streams of a worker are asynchronous: an empty write is done when everything before it has arrived. */
async function logsAreOut(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
  );
}

function say(message: RuntimeMessage): void {
  parentPort?.postMessage(message);
}
