import { describe, expect, test } from 'vitest';
import { type Aws, AwsError, type ServiceId } from '../../../loopback/aws/service.ts';
import { eventsService } from '../../../loopback/events/events.ts';
import { virtualClock } from '../virtual-clock.ts';

const account = '123456789012';
const role = `arn:aws:iam::${account}:role/events`;
const machine = `arn:aws:states:us-west-2:${account}:stateMachine:understudy-failover`;
const lambda = `arn:aws:lambda:us-east-1:${account}:function:understudy-start`;
const topic = `arn:aws:sns:us-east-1:${account}:understudy-critical`;
const bus = `arn:aws:events:us-west-2:${account}:event-bus/default`;
const queue = `arn:aws:sqs:us-east-1:${account}:dead`;

interface Attempt {
  readonly service: ServiceId;
  readonly operation: string;
  readonly region: string;
  readonly input: Record<string, unknown>;
  readonly at: number;
}

function world({ tempo = 1 } = {}) {
  const clock = virtualClock();
  const attempts: Attempt[] = [];
  const failures: Error[] = [];
  let always: Error | null = null;
  const aws: Aws = {
    account,
    async call(service, operation, input, { region }) {
      if (service === 'events') return { ...(await call(operation, input, region)) };
      attempts.push({ service, operation, region, input: input as Record<string, unknown>, at: clock.now() - start });
      const failure = failures.shift() ?? always;
      if (failure) throw failure;
      return {};
    },
  };
  const start = clock.now();
  let ids = 0;
  const service = eventsService({ clock, random: () => 1, tempo, aws: () => aws, account, newId: () => `id-${++ids}` });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the operation answers.
  const call = async (operation: string, input: object, region = 'us-east-1'): Promise<any> => {
    const perform = service.operations[operation];
    if (perform === undefined) throw new Error(`no operation ${operation}`);
    return perform(input, { service: 'events', operation, region, account, requestId: 'r', endpoint: 0 });
  };
  const rule = async (
    target: object,
    { Name = 'r', region = 'us-east-1', ...changes }: Record<string, unknown> = {},
  ) => {
    await call('PutRule', { Name, EventPattern: '{"source":["test"]}', ...changes }, String(region));
    await call('PutTargets', { Rule: Name, Targets: [{ Id: 't', ...target }] }, String(region));
  };
  const put = (detail: object = {}, region?: string) =>
    call('PutEvents', { Entries: [{ Source: 'test', DetailType: 'T', Detail: JSON.stringify(detail) }] }, region);
  return {
    clock,
    service,
    call,
    rule,
    put,
    attempts,
    failures,
    failAlways: (error: Error) => {
      always = error;
    },
  };
}

async function error(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const thrown = await promise.then(
    () => null,
    (reason: AwsError) => reason,
  );
  if (thrown === null) throw new Error('nothing was thrown');
  return { code: thrown.code, message: thrown.message };
}

const numbers = (attempts: readonly Attempt[]) =>
  attempts.map(({ input }) => JSON.parse(String(input['input'] ?? input['Message'])).detail.n);

describe('an event', () => {
  test('starts the execution of a state machine, in the region of its ARN, with the event as input', async () => {
    const { rule, put, attempts, service } = world();
    await rule({ Arn: machine, RoleArn: role });

    expect(await put({ n: 1 })).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: 'id-1' }] });
    await service.settled();

    expect(attempts).toMatchObject([{ service: 'states', operation: 'StartExecution', region: 'us-west-2' }]);
    expect(attempts[0]?.input['stateMachineArn']).toBe(machine);
    expect(JSON.parse(String(attempts[0]?.input['input']))).toEqual({
      version: '0',
      id: 'id-1',
      'detail-type': 'T',
      source: 'test',
      account,
      time: '2026-11-20T10:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: { n: 1 },
    });
  });

  test('invokes a function without waiting for it, and publishes to a topic', async () => {
    const { rule, put, attempts, service } = world();
    await rule({ Arn: lambda, InputPath: '$.detail' }, { Name: 'a' });
    await rule({ Arn: topic, Input: '{"fixed":true}' }, { Name: 'b' });

    await put({ n: 1 });
    await service.settled();

    expect(attempts[0]).toMatchObject({ service: 'lambda', operation: 'Invoke' });
    expect(attempts[0]?.input).toMatchObject({ FunctionName: lambda, InvocationType: 'Event' });
    expect(new TextDecoder().decode(attempts[0]?.input['Payload'] as Uint8Array)).toBe('{"n":1}');
    expect(attempts[1]).toMatchObject({ service: 'sns', operation: 'Publish' });
    expect(attempts[1]?.input).toEqual({ TopicArn: topic, Message: '{"fixed":true}' });
  });

  test('crosses to the bus of another region as it is, and is not sent on to a third', async () => {
    const { call, rule, put, attempts, service } = world();
    const third = bus.replace('us-west-2', 'eu-west-1');
    await rule({ Arn: bus, RoleArn: role });
    await rule({ Arn: machine, RoleArn: role }, { region: 'us-west-2' });
    await call('PutTargets', { Rule: 'r', Targets: [{ Id: 'on', Arn: third, RoleArn: role }] }, 'us-west-2');
    await rule({ Arn: topic }, { region: 'eu-west-1' });

    await put({ n: 1 });
    await service.settled();

    expect(attempts.map(({ operation }) => operation)).toEqual(['StartExecution']);
    expect(JSON.parse(String(attempts[0]?.input['input']))).toMatchObject({ id: 'id-1', region: 'us-east-1' });
  });

  test('of a service is told by emit, and by nobody else', async () => {
    const { rule, call, service, attempts, clock } = world();
    await rule({ Arn: topic }, { EventPattern: '{"source":["aws.cloudwatch"]}' });

    const answer = await call('PutEvents', {
      Entries: [
        { Source: 'aws.cloudwatch', DetailType: 'CloudWatch Alarm State Change', Detail: '{}' },
        { Source: 'test', DetailType: 'T', Detail: '{}' },
      ],
    });
    service.emit('us-east-1', {
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      at: clock.now() + 999,
      resources: ['arn:a'],
      detail: { alarmName: 'orders' },
    });
    await service.settled();

    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }, { EventId: expect.any(String) }],
    });
    expect(attempts).toHaveLength(1);
    expect(JSON.parse(String(attempts[0]?.input['Message']))).toMatchObject({
      source: 'aws.cloudwatch',
      time: '2026-11-20T10:00:00Z',
      resources: ['arn:a'],
      detail: { alarmName: 'orders' },
    });
  });

  test('stays in its region, and passes rules that are disabled or do not match', async () => {
    const { rule, put, call, attempts, service } = world();
    await rule({ Arn: topic }, { Name: 'elsewhere', region: 'us-west-2' });
    await rule({ Arn: topic }, { Name: 'other', EventPattern: '{"source":["other"]}' });
    await rule({ Arn: topic }, { Name: 'off' });
    await call('DisableRule', { Name: 'off' });

    await put();
    await service.settled();
    expect(attempts).toEqual([]);

    await call('EnableRule', { Name: 'off' });
    await put();
    await service.settled();
    expect(attempts).toHaveLength(1);
  });

  test.each([
    [
      { DetailType: 'T', Detail: '{}' },
      'InvalidArgument',
      'Parameter Source is not valid. Reason: Source is a required argument.',
    ],
    [
      { Source: 's', Detail: '{}' },
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    ],
    [
      { Source: 's', DetailType: 'T' },
      'InvalidArgument',
      'Parameter Detail is not valid. Reason: Detail is a required argument.',
    ],
    [{ Source: 's', DetailType: 'T', Detail: '"x"' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Source: 's', DetailType: 'T', Detail: '[]' }, 'MalformedDetail', 'Detail is malformed.'],
    [{ Source: 's', DetailType: 'T', Detail: '{' }, 'MalformedDetail', 'Detail is malformed.'],
  ])('is refused alone, not with its request: %j', async (entry, ErrorCode, ErrorMessage) => {
    const { call } = world();

    expect(await call('PutEvents', { Entries: [entry, { Source: 's', DetailType: 'T', Detail: '{}' }] })).toEqual({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode, ErrorMessage }, { EventId: expect.any(String) }],
    });
  });

  test('for a bus that there is not is taken and dropped, and keeps no other from being delivered', async () => {
    const { call, rule, service, attempts } = world();
    await rule({ Arn: topic });
    const entry = { Source: 'test', DetailType: 'T', Detail: '{}' };

    const answer = await call('PutEvents', { Entries: [{ ...entry, EventBusName: 'nope' }, entry] });
    await service.settled();

    expect(answer).toEqual({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }, { EventId: expect.any(String) }],
    });
    expect(attempts).toHaveLength(1);
  });

  test('is refused with its request where that is too large', async () => {
    const { call } = world();
    const entry = { Source: 's', DetailType: 'T', Detail: JSON.stringify({ x: 'y'.repeat(256 * 1024) }) };

    expect((await error(call('PutEvents', { Entries: [entry] }))).message).toBe(
      'Total size of the entries in the request is over the limit.',
    );
  });
});

describe('a delivery', () => {
  const unavailable = new AwsError('ServiceUnavailable', 'not now', { status: 503 });

  test('is retried with growing waits until it arrives', async () => {
    const { rule, put, attempts, failures, service, clock } = world();
    await rule({ Arn: topic });
    failures.push(unavailable, new Error('ECONNRESET'), unavailable);

    await put();
    await clock.advance(60_000);

    expect(attempts.map(({ at }) => at)).toEqual([0, 1_000, 3_000, 7_000]);
    expect(service.deadLetters()).toEqual([]);
  });

  test('that used up its attempts is a dead letter, with what AWS would write on it', async () => {
    const { rule, put, attempts, failAlways, service, clock } = world();
    await rule({ Arn: topic, RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: queue } });
    failAlways(unavailable);

    await put({ n: 1 });
    await clock.advance(3_600_000);

    expect(attempts).toHaveLength(3);
    expect(service.deadLetters()).toEqual([
      {
        at: Date.parse('2026-11-20T10:00:03Z'),
        event: expect.objectContaining({ id: 'id-1', detail: { n: 1 } }),
        ruleArn: `arn:aws:events:us-east-1:${account}:rule/r`,
        targetArn: topic,
        queueArn: queue,
        errorCode: 'ServiceUnavailable',
        errorMessage: 'not now',
        exhausted: 'MaximumRetryAttempts',
        retryAttempts: 2,
      },
    ]);
  });

  test('is not tried after the maximum age, which shrinks with the tempo', async () => {
    const { rule, put, attempts, failAlways, service, clock } = world({ tempo: 60 });
    await rule({ Arn: topic, RetryPolicy: { MaximumEventAgeInSeconds: 300 } });
    failAlways(unavailable);

    await put();
    await clock.advance(60_000);

    expect(attempts.at(-1)?.at).toBeLessThanOrEqual(5_000);
    expect(service.deadLetters()).toMatchObject([{ exhausted: 'MaximumEventAgeInSeconds', queueArn: null }]);
  });

  test('that comes too late is never made', async () => {
    const { rule, put, attempts, service, clock } = world();
    await rule({ Arn: topic, RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
    service.disturb({ kind: 'delay', ms: 61_000 });

    await put();
    await clock.advance(120_000);

    expect(attempts).toEqual([]);
    expect(service.deadLetters()).toMatchObject([{ exhausted: 'MaximumEventAgeInSeconds', retryAttempts: 0 }]);
  });

  test.each([
    ['NotFoundException', 'NO_RESOURCE'],
    ['StateMachineDoesNotExist', 'NO_RESOURCE'],
    ['AccessDeniedException', 'NO_PERMISSIONS'],
    ['ExecutionAlreadyExists', 'RESOURCE_ALREADY_EXISTS'],
    ['InvalidExecutionInput', 'InvalidExecutionInput'],
  ])('that can never succeed is not retried: %s', async (code, errorCode) => {
    const { rule, put, attempts, failAlways, service, clock } = world();
    await rule({ Arn: topic });
    failAlways(new AwsError(code, 'no'));

    await put();
    await clock.advance(60_000);

    expect(attempts).toHaveLength(1);
    expect(service.deadLetters()).toMatchObject([{ errorCode, exhausted: null, retryAttempts: 0 }]);
  });

  test('is retried where the target is throttled', async () => {
    const { rule, put, attempts, failures, clock } = world();
    await rule({ Arn: topic });
    failures.push(new AwsError('TooManyRequestsException', 'slowly', { status: 429 }));

    await put();
    await clock.advance(60_000);

    expect(attempts).toHaveLength(2);
  });

  test('may be duplicated, lost, delayed and reordered', async () => {
    const { rule, put, attempts, service, clock } = world();
    await rule({ Arn: topic });

    service.disturb({ kind: 'duplicate' });
    await put({ n: 1 });
    service.disturb({ kind: 'lose' });
    await put({ n: 2 });
    service.disturb({ kind: 'delay', ms: 30_000 });
    await put({ n: 3 });
    service.disturb({ kind: 'reorder', when: ({ event }) => event.detail['n'] === 5 });
    for (const n of [4, 5, 6]) await put({ n });
    await clock.advance(60_000);

    expect(numbers(attempts)).toEqual([1, 1, 4, 6, 5, 3]);
    expect(service.deadLetters()).toEqual([]);
  });

  test('under way ends with the service', async () => {
    const { rule, put, failAlways, service, clock } = world();
    await rule({ Arn: topic });
    failAlways(unavailable);
    await put();
    await clock.advance(1);

    await service.close();

    expect(clock.waiting).toBe(0);
  });
});

describe('a schedule', () => {
  test('runs at its rate, divided by the tempo, with the event that AWS sends', async () => {
    const { rule, attempts, clock, service } = world({ tempo: 60 });
    await rule({ Arn: topic }, { EventPattern: undefined, ScheduleExpression: 'rate(1 minute)' });

    await clock.advance(3_500);

    expect(attempts.map(({ at }) => at)).toEqual([1_000, 2_000, 3_000]);
    expect(JSON.parse(String(attempts[0]?.input['Message']))).toEqual({
      version: '0',
      id: 'id-1',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account,
      time: '2026-11-20T10:00:01Z',
      region: 'us-east-1',
      resources: [`arn:aws:events:us-east-1:${account}:rule/r`],
      detail: {},
    });
    await service.close();
    expect(clock.waiting).toBe(0);
  });

  test('stops while its rule is disabled, and when it is deleted or given another rate', async () => {
    const { rule, call, attempts, clock, service } = world();
    await rule({ Arn: topic }, { EventPattern: undefined, ScheduleExpression: 'rate(1 minute)' });
    await call('DisableRule', { Name: 'r' });
    await clock.advance(300_000);
    expect(attempts).toEqual([]);

    await call('EnableRule', { Name: 'r' });
    await call('EnableRule', { Name: 'r' });
    await clock.advance(60_000);
    expect(attempts).toHaveLength(1);

    await call('PutRule', { Name: 'r', ScheduleExpression: 'rate(5 minutes)' });
    await clock.advance(300_000);
    expect(attempts).toHaveLength(2);

    await call('RemoveTargets', { Rule: 'r', Ids: ['t'] });
    await call('DeleteRule', { Name: 'r' });
    await clock.advance(600_000);
    expect(attempts).toHaveLength(2);
    expect(clock.waiting).toBe(0);
    await service.close();
  });

  test.each([
    'rate(1 minutes)',
    'rate(2 minute)',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'every minute',
    'cron(0 10 * * ? *)',
  ])('%s is refused', async (ScheduleExpression) => {
    const { call } = world();

    expect(await error(call('PutRule', { Name: 'r', ScheduleExpression }))).toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('rules', () => {
  test('are described as they were put', async () => {
    const { call } = world();

    expect(await call('PutRule', { Name: 'r', EventPattern: '{"source":["a"]}', Description: 'd' })).toEqual({
      RuleArn: `arn:aws:events:us-east-1:${account}:rule/r`,
    });
    expect(await call('DescribeRule', { Name: 'r' })).toEqual({
      Name: 'r',
      Arn: `arn:aws:events:us-east-1:${account}:rule/r`,
      EventBusName: 'default',
      State: 'ENABLED',
      EventPattern: '{"source":["a"]}',
      Description: 'd',
      CreatedBy: account,
    });
  });

  test('are listed by prefix, a page at a time, and by target', async () => {
    const { call, rule } = world();
    for (const Name of ['b', 'a', 'c']) await rule({ Arn: topic }, { Name });

    const first = await call('ListRules', { Limit: 2 });
    const second = await call('ListRules', { Limit: 2, NextToken: first.NextToken });
    const names = [...first.Rules, ...second.Rules].map(({ Name }: { Name: string }) => Name);

    expect(names).toEqual(['a', 'b', 'c']);
    expect((await call('ListRules', { NamePrefix: 'b' })).Rules).toHaveLength(1);
    expect(await call('ListRuleNamesByTarget', { TargetArn: topic })).toEqual({ RuleNames: ['a', 'b', 'c'] });
    expect(await call('ListRuleNamesByTarget', { TargetArn: lambda })).toEqual({ RuleNames: [] });
  });

  test('keep their targets when they are put again, and cannot be deleted with them', async () => {
    const { call, rule } = world();
    await rule({ Arn: topic });
    await call('PutRule', { Name: 'r', EventPattern: '{"source":["b"]}' });

    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: 't', Arn: topic }] });
    expect((await error(call('DeleteRule', { Name: 'r' }))).message).toBe(
      "Rule can't be deleted since it has targets.",
    );
    await call('RemoveTargets', { Rule: 'r', Ids: ['t'] });
    await call('DeleteRule', { Name: 'r' });
    expect(await error(call('DescribeRule', { Name: 'r' }))).toEqual({
      code: 'ResourceNotFoundException',
      message: 'Rule r does not exist on EventBus default.',
    });
  });

  test.each([
    [{ Name: 'r' }, 'Parameter(s) EventPattern or ScheduleExpression must be specified.'],
    [{ Name: 'a b', EventPattern: '{"a":["b"]}' }, expect.stringContaining('Rule name')],
    [{ Name: 'r', EventPattern: '{"a":["b"]}', State: 'MAYBE' }, expect.stringContaining('State MAYBE')],
  ])('are refused: %j', async (input, message) => {
    const { call } = world();

    expect(await error(call('PutRule', input))).toEqual({ code: 'ValidationException', message });
  });

  test('with an operator that is not known are refused, never put', async () => {
    const { call } = world();

    expect(await error(call('PutRule', { Name: 'r', EventPattern: '{"a":[{"regex":"b"}]}' }))).toEqual({
      code: 'InvalidEventPatternException',
      message: 'Event pattern is not valid. Reason: Unrecognized match type regex',
    });
    expect((await call('ListRules', {})).Rules).toEqual([]);
  });

  test.each([
    [{ Id: 't', Arn: 'nonsense' }, expect.stringContaining('Provided Arn is not in correct format.')],
    [{ Id: 't', Arn: queue }, expect.stringContaining('is not played by the sandbox')],
    [{ Id: 't', Arn: machine }, `RoleArn is required for target ${machine}.`],
    [{ Id: '!', Arn: topic }, expect.stringContaining('Target id')],
    [{ Id: 't', Arn: bus, RoleArn: role, Input: '{}' }, expect.stringContaining('cannot be shaped')],
    [{ Id: 't', Arn: topic, RetryPolicy: { MaximumRetryAttempts: 186 } }, expect.stringContaining('185')],
    [{ Id: 't', Arn: topic, RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, expect.stringContaining('60 and 86400')],
    [{ Id: 't', Arn: topic, DeadLetterConfig: { Arn: topic } }, expect.stringContaining('standard SQS queue')],
  ])('take no target like %j', async (target, message) => {
    const { call } = world();
    await call('PutRule', { Name: 'r', EventPattern: '{"a":["b"]}' });

    expect(await error(call('PutTargets', { Rule: 'r', Targets: [target] }))).toEqual({
      code: 'ValidationException',
      message,
    });
  });

  test('take five targets', async () => {
    const { call } = world();
    await call('PutRule', { Name: 'r', EventPattern: '{"a":["b"]}' });
    const targets = (many: number) => Array.from({ length: many }, (_, index) => ({ Id: `t${index}`, Arn: topic }));

    await call('PutTargets', { Rule: 'r', Targets: targets(5) });
    expect((await error(call('PutTargets', { Rule: 'r', Targets: targets(6) }))).code).toBe('LimitExceededException');
  });

  test('can be tried out', async () => {
    const { call } = world();
    const envelope = { id: 'i', account, source: 'a', time: '2026-11-20T10:00:00Z', region: 'r', 'detail-type': 'T' };
    const Event = JSON.stringify(envelope);

    expect(await call('TestEventPattern', { Event, EventPattern: '{"source":["a"]}' })).toEqual({ Result: true });
    expect(await call('TestEventPattern', { Event, EventPattern: '{"source":["b"]}' })).toEqual({ Result: false });
    for (const member of Object.keys(envelope)) {
      const Event = JSON.stringify({ ...envelope, [member]: undefined });
      expect(await error(call('TestEventPattern', { Event, EventPattern: '{"source":["a"]}' }))).toMatchObject({
        code: 'InvalidEventPatternException',
      });
    }
    expect(await error(call('TestEventPattern', { Event: '[]', EventPattern: '{"source":["b"]}' }))).toEqual({
      code: 'ValidationException',
      message: 'Parameter Event is not valid.',
    });
  });
});
