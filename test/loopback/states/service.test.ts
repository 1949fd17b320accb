import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../../loopback/aws/service.ts';
import { clientConfig, failure } from '../aws/aws-fixture.ts';
import { definition, invoke, roleArn, statesServer } from './service-fixture.ts';

const waiting = definition({ W: { Type: 'Wait', Seconds: 600, End: true } });
const passing = definition({ P: { Type: 'Pass', Output: '{% $states.input %}', End: true } });
const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:m';
const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:m:e';

async function serverWith(machine: string) {
  const started = await statesServer();
  await started.client.send(new CreateStateMachineCommand({ name: 'm', roleArn, definition: machine }));
  const ended = async (name: string) => {
    const { client } = started;
    for (;;) {
      const described = await client.send(
        new DescribeExecutionCommand({ executionArn: `${executionArn.slice(0, -1)}${name}` }),
      );
      if (described.status !== 'RUNNING') return described;
    }
  };
  return { ...started, ended };
}

describe('state machines', () => {
  test('are described as they were created, then as they were updated', async () => {
    const { client } = await serverWith(passing);
    const before = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
    const { revisionId } = await client.send(
      new UpdateStateMachineCommand({ stateMachineArn: arn, definition: waiting }),
    );
    const after = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));

    expect(before).toMatchObject({
      stateMachineArn: arn,
      name: 'm',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition: passing,
      roleArn,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      creationDate: expect.any(Date),
    });
    expect(before.revisionId).toBeUndefined();
    expect(after).toMatchObject({ definition: waiting, revisionId });
  });

  test('of one name are one, and a different one is refused', async () => {
    const { client } = await serverWith(passing);

    const again = await client.send(new CreateStateMachineCommand({ name: 'm', roleArn, definition: passing }));
    const other = await failure(
      client.send(new CreateStateMachineCommand({ name: 'm', roleArn, definition: waiting })),
    );

    expect(again.stateMachineArn).toBe(arn);
    expect(other).toMatchObject({
      name: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${arn}'`,
    });
  });

  test('are gone when they were deleted, and live in one region only', async () => {
    const { client, server } = await serverWith(passing);
    const elsewhere = new SFNClient(clientConfig(server, 'us-west-2'));

    expect((await elsewhere.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
    expect((await client.send(new ListStateMachinesCommand({}))).stateMachines).toMatchObject([{ name: 'm' }]);
    await client.send(new DeleteStateMachineCommand({ stateMachineArn: arn }));
    expect(await failure(client.send(new StartExecutionCommand({ stateMachineArn: arn })))).toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${arn}'`,
    });
  });

  test('that must not be are refused when they are created and when they are updated', async () => {
    const { client } = await serverWith(passing);
    const bad = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'P' });
    const words =
      "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'";

    expect(
      await failure(client.send(new CreateStateMachineCommand({ name: 'n', roleArn, definition: bad }))),
    ).toMatchObject({ name: 'InvalidDefinition', message: words });
    expect(
      await failure(client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: bad }))),
    ).toMatchObject({ name: 'InvalidDefinition', message: words });
    expect(await client.send(new ValidateStateMachineDefinitionCommand({ definition: bad }))).toMatchObject({
      result: 'FAIL',
      diagnostics: [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', location: '/' }],
    });
    expect(await client.send(new ValidateStateMachineDefinitionCommand({ definition: passing }))).toMatchObject({
      result: 'OK',
      diagnostics: [],
    });
  });

  test.each([
    [
      'a bad name',
      new CreateStateMachineCommand({ name: 'a b', roleArn, definition: passing }),
      'InvalidName',
      "Invalid Name: 'a b'",
    ],
    [
      'a bad ARN',
      new DescribeStateMachineCommand({ stateMachineArn: 'not_one' }),
      'InvalidArn',
      "Invalid Arn: 'Invalid ARN prefix: not_one'",
    ],
    [
      'nothing to update',
      new UpdateStateMachineCommand({ stateMachineArn: arn }),
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    ],
    [
      'an express workflow',
      new CreateStateMachineCommand({ name: 'x', roleArn, definition: passing, type: 'EXPRESS' }),
      'StateMachineTypeNotSupported',
      'State Machine Type is not supported by the sandbox: EXPRESS',
    ],
    [
      'an input that is no JSON',
      new StartExecutionCommand({ stateMachineArn: arn, input: 'not json' }),
      'InvalidExecutionInput',
      "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'",
    ],
    [
      'an unknown execution',
      new DescribeExecutionCommand({ executionArn }),
      'ExecutionDoesNotExist',
      `Execution Does Not Exist: '${executionArn}'`,
    ],
    [
      'too large a page',
      new ListStateMachinesCommand({ maxResults: 1001 }),
      'ValidationException',
      "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ],
    [
      'a page that is none',
      new ListStateMachinesCommand({ nextToken: 'x' }),
      'InvalidToken',
      "Invalid Token: 'Invalid token'",
    ],
  ] as const)('%s is refused in the service’s words', async (_, command, name, message) => {
    const { client } = await serverWith(passing);

    // biome-ignore lint/suspicious/noExplicitAny: a client's send has no type for any command at all.
    expect(await failure(client.send(command as any))).toMatchObject({ name, message });
  });
});

describe('executions', () => {
  test('asked for twice while they run are started once', async () => {
    const { client } = await serverWith(waiting);
    const start = (input: string) => client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'e', input }));

    const [first, second] = [await start('{}'), await start('{}')];
    const other = await failure(start('{"other":1}'));
    await client.send(new StopExecutionCommand({ executionArn }));
    const late = await failure(start('{}'));

    expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    for (const error of [other, late]) {
      expect(error).toMatchObject({
        name: 'ExecutionAlreadyExists',
        message: `Execution Already Exists: '${executionArn}'`,
      });
    }
  });

  test('that succeeded say with what, those that were stopped why', async () => {
    const { client, ended } = await serverWith(passing);
    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'good', input: '{"a":1}' }));
    const good = await ended('good');
    await client.send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition: waiting }));
    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'stopped' }));
    const stoppedArn = `${executionArn.slice(0, -1)}stopped`;
    const { stopDate } = await client.send(
      new StopExecutionCommand({ executionArn: stoppedArn, error: 'E', cause: 'why' }),
    );
    const again = await client.send(new StopExecutionCommand({ executionArn: stoppedArn, error: 'late' }));

    expect(good).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(await ended('stopped')).toMatchObject({
      status: 'ABORTED',
      error: 'E',
      cause: 'why',
      stopDate,
      redriveStatus: 'REDRIVABLE',
    });
    expect(again.stopDate).toEqual(stopDate);
    const used = await client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn: `${executionArn.slice(0, -1)}good` }),
    );
    expect(used.definition).toBe(passing);
  });

  test('are listed from the newest, by status, in pages', async () => {
    const { client } = await serverWith(waiting);
    for (const name of ['a', 'b', 'c']) await client.send(new StartExecutionCommand({ stateMachineArn: arn, name }));
    await client.send(new StopExecutionCommand({ executionArn: `${executionArn.slice(0, -1)}b` }));
    const list = (more: object) => client.send(new ListExecutionsCommand({ stateMachineArn: arn, ...more }));

    const first = await list({ maxResults: 2 });
    const rest = await list({ maxResults: 2, nextToken: first.nextToken });

    expect(first.executions).toMatchObject([
      { name: 'c', status: 'RUNNING' },
      { name: 'b', status: 'ABORTED' },
    ]);
    expect(rest.executions).toMatchObject([{ name: 'a' }]);
    expect(rest.nextToken).toBeUndefined();
    expect((await list({ statusFilter: 'ABORTED' })).executions).toMatchObject([{ name: 'b' }]);
    expect(await failure(list({ statusFilter: 'aborted' }))).toMatchObject({ name: 'ValidationException' });
  });

  test('tell every change of their status to the bus of their region', async () => {
    const { client, ended, emitted } = await serverWith(passing);

    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'e' }));
    await ended('e');

    expect(
      emitted.map(({ region, event }) => [
        region,
        event.source,
        event.detailType,
        (event.detail as { status: string }).status,
      ]),
    ).toEqual([
      ['us-east-1', 'aws.states', 'Step Functions Execution Status Change', 'RUNNING'],
      ['us-east-1', 'aws.states', 'Step Functions Execution Status Change', 'SUCCEEDED'],
    ]);
  });

  test('are aborted when the service closes', async () => {
    const { client, service, emitted } = await serverWith(waiting);
    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'e' }));

    await service.close?.();

    expect(emitted.at(-1)?.event.detail).toMatchObject({ status: 'ABORTED' });
  });
});

describe('histories', () => {
  const whole = definition({
    M: {
      Type: 'Map',
      Items: [1],
      ItemProcessor: { StartAt: 'I', States: { I: { ...invoke, TimeoutSeconds: 5, Assign: { x: 1 }, End: true } } },
      Next: 'P',
    },
    P: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 0, End: true } } }],
      Next: 'B',
    },
    B: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', Next: 'F' },
    F: { Type: 'Fail', Error: 'E', Cause: '{% $states.input.none %}' },
  });

  test('come through the client’s own schema without loss', async () => {
    const { client, service, ended } = await serverWith(whole);
    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'e' }));
    await ended('e');

    const over = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    const within = await service.operations['GetExecutionHistory']?.({ executionArn }, {} as Call);

    expect(over.events).toEqual((within as typeof over).events);
    expect(over.events?.length).toBeGreaterThan(20);
  });

  test('are given from either end, in pages, with or without the data', async () => {
    const { client, ended } = await serverWith(passing);
    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'e' }));
    await ended('e');
    const history = (more: object) => client.send(new GetExecutionHistoryCommand({ executionArn, ...more }));

    const first = await history({ reverseOrder: true, maxResults: 3 });
    const rest = await history({ reverseOrder: true, maxResults: 3, nextToken: first.nextToken });
    const bare = await history({ includeExecutionData: false });

    expect([...(first.events ?? []), ...(rest.events ?? [])].map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    expect(bare.events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'P' });
  });

  test('without the data still fit the model, which demands the parameters of a scheduled task', async () => {
    const { client, ended } = await serverWith(definition({ T: { ...invoke, End: true } }));
    await client.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'e', input: '{"secret":1}' }));
    await ended('e');

    const bare = await client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));

    const [scheduled] = (bare.events ?? []).flatMap(({ taskScheduledEventDetails }) => taskScheduledEventDetails ?? []);
    expect(scheduled).toMatchObject({ resource: 'invoke', parameters: '' });
    expect(JSON.stringify(bare.events)).not.toContain('secret');
  });
});
