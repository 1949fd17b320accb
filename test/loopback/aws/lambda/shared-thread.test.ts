import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLambda } from '../../../../loopback/aws/lambda/lambda.ts';
import type { FunctionRegistration } from '../../../../loopback/aws/lambda/lambda-function.ts';
import { account } from '../aws-fixture.ts';

const region = 'us-west-2';

/** Functions that share one thread. */
function functions() {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  const logs: string[] = [];
  const lambda = createLambda({
    account,
    threadsPerRegion: 1,
    onLog: ({ function: name, line }) => logs.push(`${name}: ${line}`),
  });
  onTestFinished(async () => {
    await lambda.close();
    rmSync(folder, { recursive: true });
  });
  const { Invoke } = lambda.operations as {
    readonly Invoke: (input: object, call: object) => Promise<{ readonly Payload: Uint8Array }>;
  };
  return {
    lambda,
    logs,
    register(name: string, source: string, more: Partial<FunctionRegistration> = {}) {
      const codeDir = join(folder, name);
      mkdirSync(codeDir, { recursive: true });
      writeFileSync(join(codeDir, 'index.mjs'), source);
      lambda.register({ name, region, codeDir, timeoutMs: 60_000, ...more });
      return codeDir;
    },
    async invoke(name: string, event: object = {}): Promise<unknown> {
      const input = { FunctionName: name, Payload: JSON.stringify(event) };
      const { Payload } = await Invoke(input, { region, requestId: randomUUID() });
      return JSON.parse(Buffer.from(Payload).toString('utf8'));
    },
  };
}

/** Says which thread it runs in, and keeps a count in a module beside it. */
const counting = `import { threadId } from 'node:worker_threads';
import { next } from './count.mjs';
export const handler = async () => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  console.log(process.env.WHO);
  return { threadId, count: next(), who: process.env.WHO, name: process.env.AWS_LAMBDA_FUNCTION_NAME };
};`;

test('functions of one folder have variables, modules and output of their own', async () => {
  const { register, invoke, lambda, logs } = functions();
  const codeDir = register('one', counting, { env: { WHO: 'first' } });
  writeFileSync(join(codeDir, 'count.mjs'), 'let count = 0; export const next = () => (count += 1);');
  lambda.register({ name: 'two', region, codeDir, env: { WHO: 'second' } });

  const first = await invoke('one');
  const [again, second] = await Promise.all([invoke('one'), invoke('two')]);

  expect(again).toEqual({ ...(first as object), count: 2, who: 'first', name: 'one' });
  expect(second).toEqual({ ...(first as object), count: 1, who: 'second', name: 'two' });
  expect(logs.toSorted()).toEqual(['one: first', 'one: first', 'two: second']);
});

const threadOf = `import { threadId } from 'node:worker_threads'; export const handler = async () => threadId;`;

test.each([
  ['exits', 'export const handler = async () => process.exit(3);'],
  [
    'leaves a rejection',
    `export const handler = async () => { Promise.reject(new Error('left')); await new Promise(() => {}); };`,
  ],
  [
    'throws in a timer',
    `export const handler = async () => { setTimeout(() => { throw new Error('late'); }); await new Promise(() => {}); };`,
  ],
])('one that %s leaves its neighbours where they are', async (_how, source) => {
  const { register, invoke } = functions();
  register('neighbour', threadOf);
  register('fails', source);

  const before = await invoke('neighbour');
  expect(await invoke('fails')).toHaveProperty('errorType');
  expect(await invoke('neighbour')).toBe(before);
});

test('one that is killed sends nothing more, and its neighbours run on', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    // The first question stays without an answer.
    if (request.url === '/second') response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const { register, invoke, lambda } = functions();
  register('neighbour', threadOf);
  register(
    'victim',
    `const ask = (path) => fetch('http://127.0.0.1:${port}' + path).catch(() => undefined);
     export const handler = async () => { await ask('/first'); await ask('/second'); return 'done'; };`,
  );
  const before = await invoke('neighbour');
  const victim = invoke('victim');
  await vi.waitFor(() => expect(asked).toEqual(['/first']), { timeout: 10_000 });

  await lambda.kill('victim', region);

  expect(await victim).toMatchObject({ errorMessage: expect.stringContaining('signal: killed') });
  // Its turn comes after whatever the victim's thread had still to do.
  expect(await invoke('neighbour')).toBe(before);
  expect(await invoke('neighbour')).toBe(before);
  expect(asked).toEqual(['/first']);
});

test('one that never yields takes its neighbours along, and all are served anew', async () => {
  const { register, invoke } = functions();
  register('neighbour', threadOf);
  register('loop', 'export const handler = async ({ long }) => { while (long); return 1; };', { timeoutMs: 50 });
  const before = await invoke('neighbour');
  expect(await invoke('loop')).toBe(1);

  expect(await invoke('loop', { long: true })).toMatchObject({ errorType: 'Sandbox.Timedout' });

  expect(await invoke('neighbour')).not.toBe(before);
  expect(await invoke('loop')).toBe(1);
});

test('one that may reach some addresses only, and one of CommonJS, have a thread of their own', async () => {
  const { register, invoke, lambda } = functions();
  register('neighbour', threadOf);
  register('kept', threadOf, { reaches: [] });
  const codeDir = register('old', '');
  rmSync(join(codeDir, 'index.mjs'));
  writeFileSync(join(codeDir, 'index.cjs'), `exports.handler = async () => require('node:worker_threads').threadId;`);
  lambda.register({ name: 'older', region, codeDir });

  const threads = await Promise.all(['neighbour', 'kept', 'old', 'older'].map((name) => invoke(name)));

  expect(new Set(threads).size).toBe(4);
});
