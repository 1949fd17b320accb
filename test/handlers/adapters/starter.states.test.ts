import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { afterAll, describe, expect, test } from 'vitest';
import { statesStarter } from '../../../handlers/adapters/starter.states.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import type { Aws } from '../../../loopback/aws/service.ts';
import { statesService } from '../../../loopback/states/service.ts';
import { run, starterContract } from '../../contracts/notifier.contract.ts';
import { awsAnswer, Wire } from './wire.ts';

const nobody: Aws = { account: '123456789012', call: () => Promise.reject(new Error('no tasks here')) };
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [statesService({ aws: nobody })] });
afterAll(() => aws.close());

let machines = 0;

async function newStarter() {
  const wire = new Wire();
  const client = new SFNClient({
    endpoint: aws.url,
    region: 'us-west-2',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: wire,
  });
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 60, End: true } },
  });
  const { stateMachineArn = '' } = await client.send(
    new CreateStateMachineCommand({
      name: `failover-${++machines}`,
      definition,
      roleArn: 'arn:aws:iam::123456789012:role/failover',
    }),
  );
  return { client, wire, stateMachineArn, starter: statesStarter(client, stateMachineArn) };
}

starterContract('Step Functions', async () => {
  const { client, stateMachineArn, starter } = await newStarter();
  const started: { name: string; input: unknown }[] = [];
  return {
    starter: {
      async start(...given) {
        const answer = await starter.start(...given);
        const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
        started.length = 0;
        for (const { executionArn, name = '' } of executions) {
          const { input = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
          started.push({ name, input: JSON.parse(input) });
        }
        return answer;
      },
    },
    started: () => started,
  };
});

describe('the starter by Step Functions, when something is wrong', () => {
  test('a machine that is not there is a fault of the configuration', async () => {
    const { client, stateMachineArn } = await newStarter();
    const starter = statesStarter(client, `${stateMachineArn}-gone`);

    await expect(starter.start('orders', run, 'run-1')).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining('orders'),
      cause: { name: 'StateMachineDoesNotExist' },
    });
  });

  test.each([
    ['ThrottlingException', 400],
    ['ServiceUnavailable', 503],
  ])('%s is worth a retry', async (code, status) => {
    const { starter, wire } = await newStarter();
    wire.next(/StartExecution/, awsAnswer(code, status));

    await expect(starter.start('orders', run, 'run-1')).rejects.toMatchObject({ name: 'StartFailed' });
    expect(await starter.start('orders', run, 'run-1')).toBe('started');
  });
});
