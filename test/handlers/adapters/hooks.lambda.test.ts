import { afterAll, describe, expect, test } from 'vitest';
import { lambdaHooks } from '../../../handlers/adapters/hooks.lambda.ts';
import { hook, hooksContract, question } from '../../contracts/observers.contract.ts';
import { type Functions, startFunctions } from './functions.ts';

const functions: Functions = {};
const { aws, clientIn } = await startFunctions(functions);
afterAll(() => aws.close());

hooksContract('Lambda', async (answer) => {
  functions[hook.functionArn] = (payload) => answer(payload as never);
  return lambdaHooks({ clientIn });
});

describe('the hooks by Lambda, when something is wrong', () => {
  const hooks = lambdaHooks({ clientIn });

  test('calls the function in the region that its ARN names', async () => {
    const regions: string[] = [];
    functions[hook.functionArn] = (_, region) => {
      regions.push(region);
      return { kind: 'ok' };
    };

    expect(await hooks.call(hook, question)).toEqual({ kind: 'ok', detail: '' });
    expect(regions).toEqual(['us-west-2']);
  });

  test('asks for what comes with the deployment the function of this region', async () => {
    const readyArn = 'arn:aws:lambda:us-east-2:123456789012:function:understudy-hooks';
    const asked: unknown[] = [];
    functions[readyArn] = (payload, region) => {
      asked.push([region, payload]);
      return { kind: 'ok', detail: 'fine' };
    };

    const ready = { kind: 'dynamodb-lag', table: 't', maxLagMs: 1, whenUnknown: 'ok' } as const;
    const { functionArn: _, ...rest } = hook;
    const answer = await lambdaHooks({ clientIn, readyArn }).call({ ...rest, ready }, question);

    expect(answer).toEqual({ kind: 'ok', detail: 'fine' });
    expect(asked).toEqual([['us-east-2', question]]);
  });

  test('an error of the function is a failure, not a veto', async () => {
    functions[hook.functionArn] = () => {
      throw new Error('no capacity');
    };

    expect(await hooks.call(hook, question)).toEqual({
      kind: 'failed',
      because: expect.stringContaining('no capacity'),
    });
  });

  test.each([undefined, null, true, { kind: 'maybe' }, { detail: 'ok' }])(
    'an answer that is none (%j) is a failure',
    async (answer) => {
      functions[hook.functionArn] = () => answer;

      expect(await hooks.call(hook, question)).toMatchObject({ kind: 'failed' });
    },
  );

  test.each([
    [12, '12'],
    [{ lagSeconds: 40 }, '{"lagSeconds":40}'],
    [['db-1', 'db-2'], '["db-1","db-2"]'],
    [false, 'false'],
    [null, ''],
  ])('what it says about itself may be of any type (%j): a veto stays a veto', async (detail, text) => {
    functions[hook.functionArn] = () => ({ kind: 'veto', detail });

    expect(await hooks.call(hook, question)).toEqual({ kind: 'veto', detail: text });
  });

  test('a long answer is cut to what evidence and messages hold', async () => {
    functions[hook.functionArn] = () => ({ kind: 'veto', detail: 'x'.repeat(300_000) });

    expect(await hooks.call(hook, question)).toEqual({ kind: 'veto', detail: 'x'.repeat(500) });
  });

  test('a function that is not there is a failure', async () => {
    delete functions[hook.functionArn];

    expect(await hooks.call(hook, question)).toEqual({
      kind: 'failed',
      because: expect.stringContaining('ResourceNotFoundException'),
    });
  });

  test('a hook that takes longer than it may is a failure, and is called once', async () => {
    let calls = 0;
    functions[hook.functionArn] = () => {
      calls += 1;
      return new Promise(() => {});
    };

    expect(await hooks.call({ ...hook, timeoutMs: 100 }, question)).toEqual({
      kind: 'failed',
      because: expect.stringContaining('did not answer within 100 ms'),
    });
    expect(calls).toBe(1);
  });
});
