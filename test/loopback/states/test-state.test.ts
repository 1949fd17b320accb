import type { TestStateInput } from '@aws-sdk/client-sfn';
import { SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { clientConfig, failure } from '../aws/aws-fixture.ts';
import { functionError, type Invoked, invoke, roleArn, statesServer } from './service-fixture.ts';

type Given = Omit<Partial<TestStateInput>, 'definition' | 'input' | 'variables' | 'context'> & {
  readonly input?: unknown;
  readonly variables?: object;
  readonly context?: object;
};

const text = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));

/** TestState by the SDK's own client. Its host prefix `sync-` leads nowhere on this machine. */
async function tried(state: object, { input, variables, context, ...given }: Given = {}, invoked?: Invoked) {
  const { server } = await statesServer(invoked);
  const client = new SFNClient({ ...clientConfig(server), disableHostPrefix: true });
  const { $metadata: _, ...told } = await client.send(
    new TestStateCommand({
      definition: JSON.stringify(state),
      input: text(input),
      variables: text(variables),
      context: text(context),
      ...given,
    }),
  );
  return { ...told, output: told.output === undefined ? undefined : JSON.parse(told.output) };
}

const jsonata = { QueryLanguage: 'JSONata' };
const pass = { ...jsonata, Type: 'Pass', End: true };
const task = { ...jsonata, ...invoke, End: true };
const error = (name: string, cause = 'because') => ({ errorOutput: { error: name, cause } });
const result = (value: unknown) => ({ result: JSON.stringify(value) });

describe('a state alone', () => {
  test('gives its output and where it leads, though nothing stands there', async () => {
    const { End: _, ...onwards } = { ...pass, Next: 'Nowhere', Output: '{% $states.input.a + 1 %}' };
    expect(await tried(onwards, { input: { a: 1 } })).toEqual({ status: 'SUCCEEDED', output: 2, nextState: 'Nowhere' });
  });

  test('chooses', async () => {
    const choice = {
      ...jsonata,
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.n > 3 %}', Next: 'Many', Output: 'many' }],
      Default: 'Few',
    };
    expect(await tried(choice, { input: { n: 4 } })).toMatchObject({ nextState: 'Many', output: 'many' });
    expect(await tried(choice, { input: { n: 3 } })).toMatchObject({ nextState: 'Few', output: { n: 3 } });
    const { Default: _, ...narrow } = choice;
    expect(await tried(narrow, { input: { n: 0 } })).toEqual({
      status: 'FAILED',
      output: undefined,
      error: 'States.NoChoiceMatched',
      cause: 'Failed to transition out of the state. The state does not point to a next state.',
    });
  });

  test('fails as it says, and as an expression does', async () => {
    const fail = { ...jsonata, Type: 'Fail', Error: 'Tired', Cause: '{% $states.input.why %}' };
    expect(await tried(fail, { input: { why: 'late' } })).toMatchObject({
      status: 'FAILED',
      error: 'Tired',
      cause: 'late',
    });
    const broken = await tried({ ...pass, Output: '{% $states.input.none %}' });
    expect(broken).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(broken.cause).toMatch(/^The JSONata expression /);
  });

  test('sees the variables that are set for it, and shows those that it leaves', async () => {
    const assigns = { ...pass, Assign: { b: '{% $a + 1 %}' }, Output: '{% $a %}' };
    const told = await tried(assigns, { variables: { a: 1 }, inspectionLevel: 'DEBUG' });
    expect(told.output).toBe(1);
    expect(JSON.parse(told.inspectionData?.variables ?? '')).toEqual({ a: 1, b: 2 });
    expect((await tried(pass, { inspectionLevel: 'DEBUG' })).inspectionData).toEqual({ input: '{}' });
  });

  test('has the context of an Express execution that nobody gave a role', async () => {
    const { output } = await tried({ ...pass, Output: '{% $states.context %}' }, { input: [1] });
    expect(output).toEqual({
      Execution: {
        Id: expect.stringMatching(/^arn:aws:states:us-east-1:123456789012:express:[^:]+:[^:]+$/),
        Input: [1],
        Name: expect.any(String),
        RoleArn: null,
        StartTime: expect.any(String),
      },
      StateMachine: { Id: expect.stringMatching(/:stateMachine:/), Name: expect.any(String) },
      State: { Name: 'StateName', EnteredTime: expect.any(String) },
    });
  });
});

describe('a task', () => {
  test('is done, with the role that it is given, and INFO tells nothing of how', async () => {
    const output = '{% $states.result.Payload.seen %}';
    const invoked: Invoked = (payload) => ({ seen: payload });
    const info = await tried({ ...task, Output: output }, { input: { a: 1 }, roleArn }, invoked);
    expect(info).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });

    const debug = await tried(
      { ...task, Output: output },
      { input: { a: 1 }, roleArn, inspectionLevel: 'DEBUG' },
      invoked,
    );
    const { inspectionData } = debug;
    expect(JSON.parse(inspectionData?.afterArguments ?? '')).toEqual({ FunctionName: 'f', Payload: { a: 1 } });
    expect(JSON.parse(inspectionData?.result ?? '')).toMatchObject({ Payload: { seen: { a: 1 } }, StatusCode: 200 });
    expect(inspectionData?.input).toBe('{"a":1}');
  });

  test('that fails is caught', async () => {
    const caught = { ...task, Catch: [{ ErrorEquals: ['Oops'], Next: 'Sorry' }] };
    expect(await tried(caught, { roleArn }, () => functionError('Oops', 'no'))).toMatchObject({
      status: 'CAUGHT_ERROR',
      error: 'Oops',
      nextState: 'Sorry',
      output: { Error: 'Oops' },
    });
  });

  test('needs a role where it is not mocked', async () => {
    expect(await failure(tried(task))).toMatchObject({
      name: 'ValidationException',
      message: 'RoleArn must be specified when testing a Task state',
    });
  });
});

describe('a mocked task', () => {
  const guarded = {
    ...task,
    Retry: [
      { ErrorEquals: ['Slow'], MaxAttempts: 0 },
      { ErrorEquals: ['Busy'], IntervalSeconds: 3, MaxAttempts: 4, BackoffRate: 2, JitterStrategy: 'FULL' },
    ],
    Catch: [
      { ErrorEquals: ['Other'], Next: 'No' },
      { ErrorEquals: ['States.ALL'], Next: 'Yes', Output: '{% $states.errorOutput.Cause %}' },
    ],
  };

  test('calls nobody', async () => {
    const called = () => {
      throw new Error('it was called');
    };
    expect(await tried(task, { mock: result({ Payload: 'text' }) }, called)).toEqual({
      status: 'SUCCEEDED',
      output: { Payload: 'text' },
    });
  });

  test.each([
    [0, 3],
    [2, 12],
    [3, 24],
  ])('after %i retries is to be retried in %i seconds', async (retrierRetryCount, seconds) => {
    const told = await tried(guarded, {
      mock: error('Busy'),
      stateConfiguration: { retrierRetryCount },
      inspectionLevel: 'DEBUG',
    });
    expect(told).toMatchObject({ status: 'RETRIABLE', error: 'Busy', cause: 'because', output: undefined });
    expect(told.inspectionData?.errorDetails).toEqual({ retryIndex: 1, retryBackoffIntervalSeconds: seconds });
  });

  test('is caught once its retries are used up', async () => {
    const stateConfiguration = { retrierRetryCount: 4 };
    const told = await tried(guarded, { mock: error('Busy'), stateConfiguration, inspectionLevel: 'TRACE' });
    expect(told).toMatchObject({ status: 'CAUGHT_ERROR', nextState: 'Yes', output: 'because' });
    expect(told.inspectionData?.errorDetails).toEqual({ retryIndex: 1, catchIndex: 1 });
  });

  test('fails where nothing takes its error', async () => {
    const { Catch: _, ...uncaught } = guarded;
    const told = await tried(uncaught, {
      mock: error('Busy'),
      stateConfiguration: { retrierRetryCount: 4 },
      inspectionLevel: 'DEBUG',
    });
    expect(told).toMatchObject({ status: 'FAILED', error: 'Busy', cause: 'because' });
    expect(told.inspectionData?.errorDetails).toEqual({ retryIndex: 1 });
    expect(told.inspectionData?.result).toBeUndefined();
  });

  test('may be of a service that is not here, and an activity', async () => {
    for (const Resource of [
      'arn:aws:states:::http:invoke',
      'arn:aws:states:::aws-sdk:s3:getObject',
      'arn:aws:states:us-east-1:123456789012:activity:by-hand',
    ]) {
      const told = await tried({ ...pass, Type: 'Task', Resource }, { mock: result({ any: 1 }) });
      expect(told, Resource).toEqual({ status: 'SUCCEEDED', output: { any: 1 } });
    }
  });

  test.each([
    ['sns', 'publish', { MessageId: 1 }, "Field 'MessageId' must be a string"],
    ['events', 'putEvents', { Entries: {} }, "Field 'Entries' must be an array"],
    [
      'events',
      'putEvents',
      { Entries: [{ ErrorCode: 'x' }, { ErrorCode: true }] },
      "Field 'ErrorCode' must be a string",
    ],
    ['lambda', 'invoke', { StatusCode: '200' }, "Field 'StatusCode' must be a number"],
    ['states', 'startExecution', { StartDate: 'today' }, "Required field 'ExecutionArn' is missing"],
    ['states', 'startExecution', { ExecutionArn: 'x', StartDate: 5 }, "Field 'StartDate' must be a string"],
    [
      'aws-sdk:cloudwatch',
      'describeAlarms',
      { MetricAlarms: [{ ActionsEnabled: 'yes' }] },
      "Field 'ActionsEnabled' must be a boolean",
    ],
  ])('of %s:%s answers as the API does', async (service, action, given, complaint) => {
    const state = { ...pass, Type: 'Task', Resource: `arn:aws:states:::${service}:${action}` };
    expect(await failure(tried(state, { mock: result(given) }))).toMatchObject({
      name: 'ValidationException',
      message: `Mock result schema validation error: ${complaint}`,
    });
    const mock = { ...result(given), fieldValidationMode: 'NONE' as const };
    expect(await tried(state, { mock })).toMatchObject({ status: 'SUCCEEDED', output: given });
  });

  test('need not be whole where only what is there is held', async () => {
    const state = { ...pass, Type: 'Task', Resource: 'arn:aws:states:::states:startExecution' };
    const mock = { ...result({ StartDate: 'today' }), fieldValidationMode: 'PRESENT' as const };
    expect(await tried(state, { mock })).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a mocked context', () => {
  const shows = { ...task, Output: '{% $states.context %}' };
  const mock = result({});

  test('is what the state sees', async () => {
    const context = { Execution: { Input: { a: 1 }, RedriveCount: 2 }, State: { RetryCount: 7 } };
    expect((await tried(shows, { mock, context })).output).toEqual(context);
    expect((await tried(shows, { mock, context: {} })).output).toEqual({});
  });

  test('has a token where the state waits for it', async () => {
    const context = { Task: { Token: 'abc' } };
    const waits = { ...shows, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' };
    expect((await tried(waits, { mock, context })).output).toEqual(context);
    expect((await failure(tried(shows, { mock, context }))).message).toMatch(/contains 'Task' when state is not/);
  });

  test.each([
    [{ Map: {} }, "'Map' field is not supported when mocking a Context object"],
    [{ Machine: {} }, "Field 'Machine' is not allowed"],
    [{ Execution: { Age: 1 } }, "Field 'Age' is not allowed"],
    [{ Execution: { Name: 1 } }, 'Execution.Name must be a string'],
    [{ State: { RetryCount: '1' } }, 'State.RetryCount must be a number'],
  ])('%j is refused', async (context, complaint) => {
    expect((await failure(tried(shows, { mock, context }))).message).toBe(
      `Invalid Context object provided: ${complaint}`,
    );
  });

  test('goes with a mock only', async () => {
    expect(await failure(tried(pass, { context: {} }))).toMatchObject({ name: 'ValidationException' });
  });
});

describe('a mocked Map', () => {
  const map = {
    ...jsonata,
    Type: 'Map',
    Items: '{% $states.input.list %}',
    ItemSelector: { n: '{% $states.context.Map.Item.Value %}' },
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'Each',
      States: { Each: { Type: 'Pass', QueryLanguage: 'JSONata', End: true } },
    },
    MaxConcurrency: 2,
    ToleratedFailurePercentage: 40,
    End: true,
  };
  const input = { list: [1, 2, 3, 4, 5] };
  const five = result([0, 0, 0, 0, 0]);

  test('shapes its items and its output', async () => {
    const told = await tried(map, { input, mock: five, inspectionLevel: 'DEBUG' });
    expect(told).toMatchObject({ status: 'SUCCEEDED', output: [0, 0, 0, 0, 0] });
    expect(told.inspectionData).toEqual({
      input: JSON.stringify(input),
      afterItemSelector: '[{"n":1},{"n":2},{"n":3},{"n":4},{"n":5}]',
      maxConcurrency: 2,
      toleratedFailurePercentage: 40,
    });
  });

  test('tolerates so many failures, and no more', async () => {
    const failing = (mapIterationFailureCount: number) =>
      tried(map, { input, mock: five, stateConfiguration: { mapIterationFailureCount } });
    expect(await failing(2)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await failing(3)).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    expect((await failure(failing(6))).message).toBe(
      'Map iteration failure count must be less than or equal to the number of Map iterations',
    );
  });

  test('fails with the error that one inside it has', async () => {
    const stateConfiguration = { errorCausedByState: 'Each' };
    expect(await tried(map, { input, mock: error('Ill'), stateConfiguration })).toMatchObject({
      status: 'FAILED',
      error: 'Ill',
    });
  });

  test('says of items that are no list what an execution says', async () => {
    expect(await tried(map, { input: { list: 'x' }, mock: five })).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("Expected 'array', but was 'string'"),
    });
  });
});

describe('a mocked Parallel', () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } });
  const parallel = { ...jsonata, Type: 'Parallel', Branches: [branch('A'), branch('B')], Arguments: 'x', End: true };

  test('has a result for each branch', async () => {
    const told = await tried(parallel, { mock: result([1, 2]), inspectionLevel: 'DEBUG' });
    expect(told).toMatchObject({ status: 'SUCCEEDED', output: [1, 2] });
    expect(told.inspectionData).toEqual({ input: '{}' });
    expect((await failure(tried(parallel, { mock: result([1]) }))).message).toBe(
      'Mocked result must contain the same number of items as number of Parallel branches.',
    );
    expect((await failure(tried(parallel, { mock: result({}) }))).message).toBe('Mocked result must be an array.');
  });

  test('is nothing that runs here', async () => {
    expect(await failure(tried(parallel))).toMatchObject({
      name: 'InvalidDefinition',
      message:
        'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    });
  });
});

describe('a state of a machine', () => {
  const machine = {
    ...jsonata,
    StartAt: 'First',
    States: {
      First: { Type: 'Pass', Next: 'Both' },
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Inner',
            States: { Inner: { Type: 'Pass', Output: '{% $states.context.State.Name %}', End: true } },
          },
        ],
        End: true,
      },
    },
  };

  test.each([
    ['First', { status: 'SUCCEEDED', output: {}, nextState: 'Both' }],
    ['Inner', { status: 'SUCCEEDED', output: 'Inner' }],
  ])('is found by its name: %s', async (stateName, told) => {
    expect(await tried(machine, { stateName })).toEqual(told);
  });

  test('has to be there, in a machine that is valid', async () => {
    expect(await failure(tried(machine, { stateName: 'Last' }))).toMatchObject({
      name: 'ValidationException',
      message: 'State not found in definition',
    });
    const broken = { ...machine, StartAt: 'Nowhere' };
    expect((await failure(tried(broken, { stateName: 'First' }))).name).toBe('InvalidDefinition');
    expect((await failure(tried(machine))).name).toBe('InvalidDefinition');
  });
});

test.each([
  [pass, { mock: result(1) }, "State type 'Pass' is not supported when a mock is specified"],
  [
    task,
    { mock: { ...result(1), ...error('E') } },
    'A test mock should have only one of the following fields: [result, errorOutput].',
  ],
  [task, { mock: { result: 'no JSON' } }, 'Mocked result must be valid JSON'],
  [
    task,
    { mock: result({}), revealSecrets: true },
    'TestState does not support RevealSecrets when a mock is specified.',
  ],
  [
    pass,
    { stateConfiguration: { mapIterationFailureCount: 0 } },
    'TestState does not support MapIterationFailureCount when a mock is not specified.',
  ],
])('what does not go together is refused: %#', async (state, given, message) => {
  expect(await failure(tried(state, given))).toMatchObject({ name: 'ValidationException', message });
});
