import type { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { statesExecutions } from '../../../handlers/adapters/executions.states.ts';

const arn = 'arn:aws:states:us-west-2:123456789012:execution:understudy-failover:run-1';
const asked: string[] = [];
const answering = (answer: () => unknown) =>
  statesExecutions({
    clientIn: (region) => {
      asked.push(region);
      return { send: async () => answer() } as unknown as SFNClient;
    },
  });

describe('whether an execution still runs', () => {
  test.each(['RUNNING', 'PENDING_REDRIVE'])(
    'it does where Step Functions says %s, in the region of its ARN',
    async (status) => {
      expect(await answering(() => ({ status })).statusOf(arn)).toBe('running');
      expect(asked.at(-1)).toBe('us-west-2');
    },
  );

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])('it is over at %s', async (status) => {
    expect(await answering(() => ({ status })).statusOf(arn)).toBe('ended');
  });

  test('nobody knows where Step Functions does not know it, says nothing, or is not there', async () => {
    const refuses = answering(() => {
      throw Object.assign(new Error('Execution Does Not Exist'), { name: 'ExecutionDoesNotExist' });
    });

    expect(await refuses.statusOf(arn)).toBe('unknown');
    expect(await answering(() => ({})).statusOf(arn)).toBe('unknown');
  });

  test('what is no execution of Step Functions is not asked about', async () => {
    const before = asked.length;

    expect(await answering(() => ({ status: 'SUCCEEDED' })).statusOf('arn:aws:lambda:us-west-2:1:function:f')).toBe(
      'unknown',
    );
    expect(asked).toHaveLength(before);
  });
});
