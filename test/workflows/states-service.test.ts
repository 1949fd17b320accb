import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { expect, onTestFinished, test } from 'vitest';
import type { Aws, AwsService } from '../../loopback/aws/service.ts';
import { statesService } from '../../loopback/states/service.ts';
import { allStates } from '../../workflows/flows.ts';
import { account, awsServer, clientConfig } from '../loopback/aws/aws-fixture.ts';
import { type Answer, functions, incident, machine, move, nameEntered, verified } from './failover-run.ts';

const region = 'us-west-2';

test('the sandbox’s Step Functions take the machine from a real client, and run it', async () => {
  const answers: Readonly<Record<string, Answer>> = {
    [functions.admit]: { admitted: true, incident },
    [functions.assess]: { evidenceAt: 1, standing: null, ...(move() as object) },
    [functions.announce]: { deliveries: [] },
    [functions.shift]: { outcome: 'accepted', because: 'b', at: 1, verifyUntil: 2 },
    [functions.verify]: verified(),
    [functions.conclude]: { ending: 'recovered', headline: 'orders moved', incident: 'orders#7', deliveries: [] },
  };
  const ended = Promise.withResolvers<void>();
  const aws: Aws = { account, call: (...call) => server.call(...call) };
  const states = statesService({
    aws,
    onEvent: (_, { type }) => {
      if (type === 'ExecutionSucceeded' || type === 'ExecutionFailed') ended.resolve();
    },
  });
  const lambda: AwsService = {
    id: 'lambda',
    operations: {
      Invoke: async ({ FunctionName }) => ({
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: Buffer.from(JSON.stringify(answers[FunctionName])),
      }),
    },
  };
  const server = await awsServer([states, lambda]);
  const client = new SFNClient(clientConfig(server, region));
  onTestFinished(() => client.destroy());

  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({
      name: 'understudy-failover',
      definition: JSON.stringify(machine),
      roleArn: `arn:aws:iam::${account}:role/understudy-failover`,
    }),
  );
  const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn, input: '{"service":"orders"}' }),
  );
  await ended.promise;
  const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));

  expect(JSON.parse(described.definition ?? '')).toEqual(machine);
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(JSON.parse(execution.output ?? '')).toMatchObject({ ending: 'recovered' });
  const known = new Set(allStates(machine).map(([name]) => name));
  const entered = events.flatMap((event) => nameEntered(event as never));
  expect(entered.slice(0, 6)).toEqual(['Admit', 'Admitted?', 'Assess', 'Decided?', 'Act', 'Announce']);
  expect(entered.at(-1)).toBe('Recovered');
  expect(entered.every((name) => known.has(name))).toBe(true);
});
