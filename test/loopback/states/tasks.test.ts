import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { failure } from '../aws/aws-fixture.ts';
import type { Invoked } from './service-fixture.ts';
import { definition, functionError, invoke, roleArn, statesServer } from './service-fixture.ts';

const caught = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }], Next: 'Z' };
const Z = { Type: 'Succeed' };

/** Runs the states once and answers how the execution ended, with the output read. */
async function run(states: object, invoked?: Invoked, input = '{}') {
  const started = await statesServer(invoked);
  const { client } = started;
  const { stateMachineArn } = await client.send(
    new CreateStateMachineCommand({ name: 'm', roleArn, definition: definition(states) }),
  );
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, input }));
  const described = await untilEnded(client, executionArn as string);
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  return { ...started, ...described, events, result: described.output && JSON.parse(described.output) };
}

async function untilEnded(client: SFNClient, executionArn: string) {
  for (;;) {
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
  }
}

describe('a function', () => {
  test('answers in the wrapping of lambda:invoke', async () => {
    const { result } = await run({ T: { ...invoke, End: true } }, (payload) => ({ got: payload }), '{"a":1}');

    expect(result).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { got: { a: 1 } },
      SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StatusCode: 200,
    });
  });

  test('by its own ARN answers bare', async () => {
    const states = { T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', End: true } };

    expect((await run(states, (payload) => [payload], '{"a":1}')).result).toEqual([{ a: 1 }]);
  });

  test.each([
    [
      'by its type',
      functionError('VetoError', 'no'),
      { Error: 'VetoError', Cause: '{"errorType":"VetoError","errorMessage":"no"}' },
    ],
    [
      'as unknown without a type',
      functionError(undefined, 'Task timed out after 3.00 seconds'),
      {
        Error: 'Lambda.Unknown',
        Cause:
          'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"Task timed out after 3.00 seconds"}',
      },
    ],
  ])('that throws fails the task %s', async (_, answer, output) => {
    expect((await run({ T: { ...invoke, ...caught }, Z }, () => answer)).result).toEqual(output);
  });

  test('that is not there fails the task in the words of the SDK', async () => {
    const states = { T: { ...invoke, Arguments: { FunctionName: 'none' }, ...caught }, Z };

    const { result } = await run(states);

    expect(result.Error).toBe('Lambda.ResourceNotFoundException');
    expect(result.Cause).toMatch(
      /^Function not found: none \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: .+; Proxy: null\)$/,
    );
  });

  test('through the SDK integration fails with its other words', async () => {
    const states = {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:lambda:invoke',
        Arguments: { FunctionName: 'none' },
        ...caught,
      },
      Z,
    };

    const { result } = await run(states);

    expect(result.Error).toBe('Lambda.ResourceNotFoundException');
    expect(result.Cause).toMatch(
      /^Function not found: none \(Service: Lambda, Status Code: 404, Request ID: .+\) \(SDK Attempt Count: 1\)$/,
    );
  });
});

describe('a task token', () => {
  const waits = {
    T: {
      ...invoke,
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
      Retry: [],
      End: true,
    },
  };

  /** Starts a machine that waits and answers its token. */
  async function waitingFor(states: object = waits) {
    const { promise: token, resolve } = Promise.withResolvers<string>();
    const started = await statesServer((payload) => resolve(payload['token'] as string));
    const { client } = started;
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({ name: 'm', roleArn, definition: definition(states) }),
    );
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    return { ...started, executionArn: executionArn as string, taskToken: await token };
  }

  test('answered is the task’s result, and good for one answer', async () => {
    const { client, executionArn, taskToken } = await waitingFor();
    const succeed = () => client.send(new SendTaskSuccessCommand({ taskToken, output: '{"by":"hand"}' }));

    await client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await succeed();

    expect(await untilEnded(client, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"by":"hand"}' });
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(await failure(succeed())).toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
  });

  test('refused fails the task with the error that was sent', async () => {
    const { client, executionArn, taskToken } = await waitingFor();

    await client.send(new SendTaskFailureCommand({ taskToken, error: 'Declined', cause: 'by hand' }));

    expect(await untilEnded(client, executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'Declined',
      cause: 'by hand',
    });
  });

  test('that never was is no token, and an output that is no JSON is none', async () => {
    const { client, taskToken } = await waitingFor();

    expect(await failure(client.send(new SendTaskHeartbeatCommand({ taskToken: 'x' })))).toMatchObject({
      name: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
    expect(await failure(client.send(new SendTaskSuccessCommand({ taskToken, output: 'x' })))).toMatchObject({
      name: 'InvalidOutput',
    });
  });

  test('is over when the call that gave it away failed', async () => {
    const tokens: string[] = [];
    const { client, status } = await run(waits, (payload) => {
      tokens.push(payload['token'] as string);
      return functionError('E', 'no');
    });

    expect(status).toBe('FAILED');
    const [taskToken] = tokens;
    expect(await failure(client.send(new SendTaskHeartbeatCommand({ taskToken })))).toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  test('is over when its execution was stopped', async () => {
    const { client, executionArn, taskToken } = await waitingFor();

    await client.send(new StopExecutionCommand({ executionArn }));

    expect(await failure(client.send(new SendTaskHeartbeatCommand({ taskToken })))).toMatchObject({
      name: 'TaskTimedOut',
    });
  });
});

describe('an execution started by a task', () => {
  const child = definition({
    C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.fail %}', Next: 'F' }], Default: 'S' },
    F: { Type: 'Fail', Error: 'Bad', Cause: 'asked for' },
    S: { Type: 'Succeed' },
  });
  const childArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:child';
  const parent = (pattern: string, fail: boolean) => ({
    T: {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Arguments: { StateMachineArn: childArn, Name: 'c', Input: { fail } },
      ...caught,
    },
    Z,
  });

  async function runParent(states: object) {
    const { client } = await statesServer();
    await client.send(new CreateStateMachineCommand({ name: 'child', roleArn, definition: child }));
    const { stateMachineArn } = await client.send(
      new CreateStateMachineCommand({ name: 'm', roleArn, definition: definition(states) }),
    );
    const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
    const { output } = await untilEnded(client, executionArn as string);
    return JSON.parse(output as string);
  }

  test('is only named where nobody waits for it', async () => {
    expect(await runParent(parent('', true))).toMatchObject({
      ExecutionArn: 'arn:aws:states:us-east-1:123456789012:execution:child:c',
      StartDate: expect.any(Number),
    });
  });

  test('gives its output as text with .sync and as JSON with .sync:2', async () => {
    const same = { Name: 'c', Status: 'SUCCEEDED', StateMachineArn: childArn };

    expect(await runParent(parent('.sync', false))).toMatchObject({ ...same, Output: '{"fail":false}' });
    expect(await runParent(parent('.sync:2', false))).toMatchObject({ ...same, Output: { fail: false } });
  });

  test('that fails, fails the task with all that is known of it', async () => {
    const { Error: error, Cause } = await runParent(parent('.sync', true));

    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(Cause)).toMatchObject({
      Cause: 'asked for',
      Error: 'Bad',
      Input: '{"fail":true}',
      Status: 'FAILED',
    });
  });

  test('of a machine that is not there fails the task in the words of the SDK', async () => {
    const states = parent('', false);
    states.T.Arguments.StateMachineArn = `${childArn}2`;

    expect(await runParent(states)).toMatchObject({
      Error: 'StepFunctions.StateMachineDoesNotExistException',
      Cause: expect.stringContaining(
        '(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: ',
      ),
    });
  });
});
