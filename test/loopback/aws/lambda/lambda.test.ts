import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createLambda, type LambdaOptions } from '../../../../loopback/aws/lambda/lambda.ts';
import type { FunctionRegistration } from '../../../../loopback/aws/lambda/lambda-function.ts';
import { account, awsServer, cli, clientConfig, clis, failure, raw } from '../aws-fixture.ts';

const region = 'us-west-2';

/** Functions from source text, in a server of their own. */
async function functionsWith(options: Partial<LambdaOptions>) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const logs: string[] = [];
  const lambda = createLambda({
    account,
    onLog: ({ function: name, line }) => logs.push(`${name}: ${line}`),
    ...options,
  });
  const server = await awsServer([lambda]);
  const client = new LambdaClient(clientConfig(server, region));

  function write(path: string, content: string): string {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  function register(name: string, source: string, more: Partial<FunctionRegistration> = {}) {
    const codeDir = dirname(write(`${name}/index.mjs`, source));
    return lambda.register({ name, region, codeDir, ...more });
  }

  async function invoke(FunctionName: string, event?: unknown, more: Partial<InvokeCommandInput> = {}) {
    const payload = event === undefined ? {} : { Payload: Buffer.from(JSON.stringify(event)) };
    const answer = await client.send(new InvokeCommand({ FunctionName, ...payload, ...more }));
    const text = answer.Payload?.transformToString() ?? '';
    return { ...answer, payload: text === '' ? null : JSON.parse(text) };
  }

  return { lambda, server, client, register, write, invoke, logs };
}

const started = (logs: string[], line: string, count = 1) =>
  vi.waitFor(() => expect(logs.filter((log) => log.endsWith(line))).toHaveLength(count), { timeout: 10_000 });

const hangs = `export const handler = async () => { console.log('started'); await new Promise(() => setInterval(() => {}, 1000)); };`;

/** Where environments run: what a function sees of it is the same. */
const hostings: readonly [string, Partial<LambdaOptions>][] = [
  ['in a thread of its own', {}],
  ['in a thread that is shared', { threadsPerRegion: 1 }],
];

describe.each(hostings)('%s', (_where, hosting) => {
  const functions = (options: Partial<LambdaOptions> = {}) => functionsWith({ ...hosting, ...options });

  describe('an invocation', () => {
    test('gets the event and a context, and its result is the payload', async () => {
      const { register, invoke } = await functions();
      const arn = register(
        'echo',
        `export const handler = async (event, context) => ({
        event, ...context, left: context.getRemainingTimeInMillis(), id: context.awsRequestId,
      });`,
        { timeoutMs: 5000, memoryMb: 256 },
      );

      const answer = await invoke('echo', { a: [1, 'ü'] });

      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(answer.FunctionError).toBeUndefined();
      expect(answer.payload).toMatchObject({
        event: { a: [1, 'ü'] },
        functionName: 'echo',
        functionVersion: '$LATEST',
        invokedFunctionArn: arn,
        memoryLimitInMB: '256',
        id: answer.$metadata.requestId,
      });
      expect(answer.payload.left).toBeGreaterThan(0);
      expect(answer.payload.left).toBeLessThanOrEqual(5000);
    });

    test('has an environment of its own: Lambda’s variables, what was registered, nothing of ours', async () => {
      const { register, invoke } = await functions();
      vi.stubEnv('OURS', 'secret');
      register('env', 'export const handler = async () => process.env;', {
        env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', TABLE: 't' },
      });

      const { payload } = await invoke('env');
      vi.unstubAllEnvs();

      expect(payload).toMatchObject({
        AWS_REGION: region,
        AWS_LAMBDA_FUNCTION_NAME: 'env',
        AWS_ACCESS_KEY_ID: expect.any(String),
        AWS_SECRET_ACCESS_KEY: expect.any(String),
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        TABLE: 't',
      });
      expect(payload).not.toHaveProperty('OURS');
    });

    test('calls other services through the wire', async () => {
      const { register, invoke, server } = await functions();
      register('called', `export const handler = async () => 'pong';`);
      register(
        'caller',
        `export const handler = async () => {
        const url = process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/called/invocations';
        const authorization = 'AWS4-HMAC-SHA256 Credential=a/20260101/${region}/lambda/aws4_request, SignedHeaders=host, Signature=0';
        return (await fetch(url, { method: 'POST', headers: { authorization } })).json();
      };`,
        { env: { AWS_ENDPOINT_URL: server.url }, timeoutMs: 30_000 },
      );

      expect((await invoke('caller')).payload).toBe('pong');
    });

    test('keeps a warm environment for the next one, and starts more for those at the same time', async () => {
      const { register, invoke, write, logs } = await functions();
      register(
        'count',
        `import { existsSync } from 'node:fs';
       let count = 0; const id = Math.random();
       export const handler = async ({ together }) => {
         count += 1;
         if (together) console.log('in');
         while (together && !existsSync(import.meta.dirname + '/go')) await new Promise((resolve) => setTimeout(resolve, 5));
         return { id, count };
       };`,
        { timeoutMs: 30_000 },
      );

      const first = await invoke('count', {});
      const second = await invoke('count', {});
      const together = [1, 2, 3].map(() => invoke('count', { together: true }));
      await started(logs, 'in', 3);
      write('count/go', '');

      expect(second.payload).toEqual({ id: first.payload.id, count: 2 });
      expect(new Set((await Promise.all(together)).map(({ payload }) => payload.id)).size).toBe(3);
    });

    test('takes an ARN, a partial ARN and a version, and the ARN’s region counts', async () => {
      const { register, client } = await functions();
      const arn = register('named', 'export const handler = async () => 1;');

      for (const FunctionName of ['named', arn, `${account}:function:named`, 'named:$LATEST', `${arn}:$LATEST`]) {
        expect((await client.send(new InvokeCommand({ FunctionName }))).Payload?.transformToString()).toBe('1');
      }
      const elsewhere = arn.replace(region, 'us-east-1');
      for (const FunctionName of ['none', 'named:3', elsewhere]) {
        expect(await failure(client.send(new InvokeCommand({ FunctionName })))).toMatchObject({
          name: 'ResourceNotFoundException',
          $metadata: { httpStatusCode: 404 },
        });
      }
    });

    test('a result that is nothing is null', async () => {
      const { register, invoke } = await functions();
      register('nothing', 'export const handler = () => {};');

      const answer = await invoke('nothing');

      expect(answer.Payload?.transformToString()).toBe('null');
    });

    test('logs go line by line to the listener, and the tail to who asks for it', async () => {
      const { register, invoke, logs } = await functions();
      register(
        'talker',
        `export const handler = async () => { console.log('one\\ntwo'); console.error('bad'); process.stdout.write('no newline'); };`,
      );

      const { LogResult = '' } = await invoke('talker', {}, { LogType: 'Tail' });

      await started(logs, 'bad');
      expect(logs).toEqual(expect.arrayContaining(['talker: one', 'talker: two', 'talker: bad']));
      expect(Buffer.from(LogResult, 'base64').toString()).toContain('one\ntwo');
    });

    test('everything that was logged has arrived when the answer does', async () => {
      const { register, invoke, logs } = await functions();
      register(
        'talker',
        `export const handler = async () => { for (let i = 1; i <= 20000; i += 1) console.log('line ' + i); };`,
      );

      const { LogResult = '' } = await invoke('talker', {}, { LogType: 'Tail' });

      expect(logs).toHaveLength(20_000);
      expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/line 20000$/);
    });

    test('DryRun runs nothing', async () => {
      const { register, invoke, logs } = await functions();
      register('dry', `export const handler = async () => console.log('ran');`);

      expect(await invoke('dry', {}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204, payload: null });
      expect(logs).toEqual([]);
    });
  });

  describe('a function that fails', () => {
    test.each([
      [
        'by an error',
        `export const handler = async () => { throw new TypeError('no'); };`,
        { errorType: 'TypeError', errorMessage: 'no', trace: expect.arrayContaining(['TypeError: no']) },
      ],
      [
        'by its own kind of error',
        `class StaleEpoch extends Error { name = 'StaleEpoch' }; export const handler = async () => { throw new StaleEpoch('7'); };`,
        { errorType: 'StaleEpoch', errorMessage: '7' },
      ],
      [
        'by what is no error',
        `export const handler = async () => { throw 'text'; };`,
        { errorType: 'string', errorMessage: 'text' },
      ],
      [
        'by leaving a rejection',
        `export const handler = async () => { Promise.reject(new Error('left')); await new Promise(() => setInterval(() => {}, 1000)); };`,
        { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'left' },
      ],
      [
        'by exiting',
        'export const handler = async () => process.exit(3);',
        {
          errorType: 'Runtime.ExitError',
          errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
        },
      ],
      [
        'by a result that is no JSON',
        'export const handler = async () => 1n;',
        { errorType: 'Runtime.MarshalError', errorMessage: 'Unable to stringify response body' },
      ],
      [
        'by a result over 6 MB',
        `export const handler = async () => 'x'.repeat(7 * 1024 * 1024);`,
        { errorType: 'Function.ResponseSizeTooLarge' },
      ],
      ['when it is loaded', `throw new RangeError('at start');`, { errorType: 'RangeError', errorMessage: 'at start' }],
      ['because it is missing', 'export const other = 1;', { errorType: 'Runtime.HandlerNotFound' }],
      ['because it is no function', 'export const handler = 1;', { errorType: 'Runtime.HandlerNotFound' }],
    ])('%s answers 200 with the error, and the next invocation is served', async (_how, source, error) => {
      const { register, invoke } = await functions();
      register('fails', source);
      register('works', 'export const handler = async () => 1;');

      for (let times = 0; times < 2; times += 1) {
        const answer = await invoke('fails');
        expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', payload: error });
      }
      expect((await invoke('works')).payload).toBe(1);
    });

    test('after its answer, while it is idle, is not used again', async () => {
      const { register, invoke, logs } = await functions();
      register(
        'doomed',
        `export const handler = async () => { setTimeout(() => { console.log('gone'); process.exit(1); }, 20); return 1; };`,
      );

      expect((await invoke('doomed')).payload).toBe(1);
      await started(logs, 'gone');
      expect((await invoke('doomed')).payload).toBe(1);
    });

    test('by time is stopped and says so', async () => {
      const { register, invoke, lambda } = await functions();
      register('slow', hangs, { timeoutMs: 50 });

      const { FunctionError, payload, $metadata } = await invoke('slow');

      expect(FunctionError).toBe('Unhandled');
      expect(payload).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${$metadata.requestId} Error: Task timed out after 0.05 seconds`,
      });
      expect(lambda.busy).toBe(0);
    });

    test('by time is stopped in a loop that never yields, too', async () => {
      const { register, invoke } = await functions();
      register('loop', 'export const handler = async () => { for (;;); };', { timeoutMs: 50 });

      expect((await invoke('loop')).payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
    });

    test('by memory is stopped, and we live on', async () => {
      const { register, invoke } = await functions();
      register(
        'greedy',
        `const kept = []; export const handler = async () => { for (;;) kept.push(new Array(1e5).fill({})); };`,
        { memoryMb: 32, timeoutMs: 60_000 },
      );

      expect((await invoke('greedy')).payload).toMatchObject({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringContaining('signal: killed'),
      });
    }, 90_000);

    test('by a kill fails where it stands, and the next one starts anew', async () => {
      const { register, invoke, lambda, logs } = await functions();
      register('victim', `${hangs.replace('async () =>', 'async (event) => { if (event.quick) return 1;')}}`, {
        timeoutMs: 60_000,
      });
      const victims = [invoke('victim', {}), invoke('victim', {})];
      await started(logs, 'started', 2);

      expect(await lambda.kill('victim', region)).toBe(2);

      for (const victim of victims) {
        expect((await victim).payload).toMatchObject({
          errorType: 'Runtime.ExitError',
          errorMessage: expect.stringContaining('signal: killed'),
        });
      }
      expect((await invoke('victim', { quick: true })).payload).toBe(1);
    });
  });

  describe('an asynchronous invocation', () => {
    const asyncRetryDelaysMs = [0, 0];

    test('is answered at once and runs afterwards', async () => {
      const { register, invoke, logs } = await functions();
      register('later', `export const handler = async ({ n }) => console.log('ran ' + n);`);

      expect(await invoke('later', { n: 7 }, { InvocationType: 'Event' })).toMatchObject({
        StatusCode: 202,
        payload: null,
      });

      await started(logs, 'ran 7');
    });

    test('that fails is tried twice more, with the same request id, and then given up', async () => {
      const { register, invoke, logs, lambda } = await functions({ asyncRetryDelaysMs });
      register(
        'fails',
        `export const handler = async (event, { awsRequestId }) => { console.log('id ' + awsRequestId); throw new Error('no'); };`,
      );

      const { $metadata } = await invoke('fails', {}, { InvocationType: 'Event' });

      await started(logs, `id ${$metadata.requestId}`, 3);
      await vi.waitFor(() => expect(lambda.busy).toBe(0));
      expect(logs.filter((line) => line.includes(': id '))).toHaveLength(3);
    });

    test('that succeeds at the second try is done', async () => {
      const { register, invoke, logs, lambda } = await functions({ asyncRetryDelaysMs });
      register(
        'twice',
        `let n = 0; export const handler = async () => { n += 1; console.log('try ' + n); if (n === 1) throw new Error('no'); };`,
      );

      await invoke('twice', {}, { InvocationType: 'Event' });

      await started(logs, 'try 2');
      await vi.waitFor(() => expect(lambda.busy).toBe(0));
      expect(logs.filter((line) => line.includes(': try '))).toEqual(['twice: try 1', 'twice: try 2']);
    });

    test('that waits for its retry does not hold the server up', async () => {
      const { register, invoke, logs, server } = await functions({ asyncRetryDelaysMs: [3_600_000] });
      register('fails', `export const handler = async () => { throw new Error('no'); };`);
      await invoke('fails', {}, { InvocationType: 'Event' });
      await vi.waitFor(() => expect(logs.some((line) => line.includes('RETRY'))).toBe(true));

      await server.close();
    });
  });
});

describe('the service', () => {
  test('throttles over the reserved concurrency, and over the account’s', async () => {
    const { register, invoke, logs, lambda } = await functionsWith({ accountConcurrency: 2 });
    register('one', hangs, { reservedConcurrency: 1, timeoutMs: 60_000 });
    register('other', hangs, { timeoutMs: 60_000 });
    const running = [invoke('one'), invoke('other')];
    await started(logs, 'one: started');
    await started(logs, 'other: started');

    const account_ = await failure(invoke('other'));
    await lambda.kill('other', region);
    const reserved = await failure(invoke('one'));
    await lambda.kill('one', region);
    await Promise.all(running);

    expect(reserved).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
    expect(account_).toMatchObject({ name: 'TooManyRequestsException', Reason: 'ConcurrentInvocationLimitExceeded' });
  });

  test('tells its functions', async () => {
    const { register, client } = await functionsWith({});
    const arn = register('f', 'export const handler = async () => 1;', { timeoutMs: 2500, memoryMb: 512 });

    const got = await client.send(new GetFunctionCommand({ FunctionName: 'f' }));
    const listed = await client.send(new ListFunctionsCommand({}));

    expect(got.Configuration).toMatchObject({
      FunctionName: 'f',
      FunctionArn: arn,
      Timeout: 3,
      MemorySize: 512,
      State: 'Active',
    });
    expect(listed.Functions?.map(({ FunctionArn }) => FunctionArn)).toEqual([arn]);
  });

  test('refuses what is no JSON, what is too large and what it does not know', async () => {
    const { register, client, server } = await functionsWith({});
    register('f', 'export const handler = async () => 1;');
    const invoke = (more: Partial<InvokeCommandInput>) =>
      failure(client.send(new InvokeCommand({ FunctionName: 'f', ...more })));

    expect(await invoke({ Payload: Buffer.from('{') })).toMatchObject({
      name: 'InvalidRequestContentException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await invoke({ Payload: Buffer.alloc(7 * 1024 * 1024, '1') })).toMatchObject({
      name: 'RequestTooLargeException',
      $metadata: { httpStatusCode: 413 },
    });
    expect(await invoke({ InvocationType: 'Never' as 'Event' })).toMatchObject({
      name: 'InvalidParameterValueException',
    });
    expect(await raw(`${server.url}/2015-03-31/functions/a%20b/invocations`, { body: '{}' })).toMatchObject({
      status: 400,
    });
  });

  test('an answer that is lost has run', async () => {
    const { register, invoke, server, logs } = await functionsWith({});
    register('f', `export const handler = async () => console.log('ran');`);
    server.faults.set({ service: 'lambda', fault: 'answer-lost', times: 1 });

    expect((await failure(invoke('f')))['code']).toBe('ECONNRESET');
    await started(logs, 'ran');
  });

  test('works in process', async () => {
    const { register, server } = await functionsWith({});
    register('f', 'export const handler = async ({ n }) => n + 1;');

    const { Payload } = await server.call(
      'lambda',
      'Invoke',
      { FunctionName: 'f', Payload: Buffer.from('{"n":1}') },
      { region },
    );

    expect(Buffer.from(Payload as Uint8Array).toString()).toBe('2');
  });
});

test.skipIf(clis.length === 0)(
  'every AWS CLI of this machine invokes (skipped without one)',
  async () => {
    const { register, server, write } = await functionsWith({});
    register('f', 'export const handler = async ({ n }) => n + 1;');
    // The two generations of CLIs read a payload on the command line differently, but a file alike.
    const payload = `fileb://${write('event.json', '{"n":1}')}`;

    for (const path of clis) {
      const args = ['lambda', 'invoke', '--function-name', 'f', '--payload', payload, '/dev/null'];
      expect(await cli(path, args, server.url, region)).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    }
  },
  60_000,
);
