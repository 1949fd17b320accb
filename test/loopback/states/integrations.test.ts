import { describe, expect, test } from 'vitest';
import type { Aws } from '../../../loopback/aws/service.ts';
import { AwsError } from '../../../loopback/aws/service.ts';
import { wallClock } from '../../../loopback/clock.ts';
import type { StateFailure } from '../../../loopback/states/failure.ts';
import type { Json } from '../../../loopback/states/json.ts';
import { awsTasks } from '../../../loopback/states/tasks/aws-tasks.ts';
import { TaskTokens } from '../../../loopback/states/tasks/tokens.ts';
import { failure } from '../aws/aws-fixture.ts';

/** Runs one Task against an AWS that answers as told, and says what it was asked. */
async function run(resource: string, parameters: Json, answer: object | Error) {
  const asked: unknown[] = [];
  const aws: Aws = {
    account: '123456789012',
    async call(...call) {
      asked.push(call);
      if (answer instanceof Error) throw answer;
      return answer as Record<string, unknown>;
    },
  };
  const children = { ended: () => Promise.reject(new Error('no child')), stop: () => {} };
  const tasks = awsTasks({ aws, clock: wallClock, tokens: new TaskTokens(), children });
  const result = tasks.run(`arn:aws:states:::${resource}`, parameters, {
    signal: new AbortController().signal,
    region: 'us-west-2',
    executionArn: 'arn:aws:states:us-west-2:123456789012:execution:m:e',
    taskToken: 't',
    roleArn: 'arn:aws:iam::123456789012:role/machine',
    heartbeat: () => {},
    submitted: () => {},
  });
  return { asked, result };
}

/** In the machine's region, with its role. */
const where = {
  region: 'us-west-2',
  caller: {
    kind: 'role',
    roleArn: 'arn:aws:iam::123456789012:role/machine',
    session: 'e',
    takenBy: 'states.amazonaws.com',
  },
};
const metadata = {
  SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
  SdkResponseMetadata: { RequestId: expect.any(String) },
};

describe('a service integration', () => {
  test('publishes a message that is no text as JSON', async () => {
    const { asked, result } = await run('sns:publish', { TopicArn: 'a', Message: { b: 1 } }, { MessageId: 'm' });

    expect(await result).toEqual({ MessageId: 'm', ...metadata });
    expect(asked).toEqual([['sns', 'Publish', { TopicArn: 'a', Message: '{"b":1}' }, where]]);
  });

  test('puts events in the name of the execution, without metadata around the answer', async () => {
    const answer = { Entries: [{ EventId: 'i' }], FailedEntryCount: 0 };
    const { asked, result } = await run('events:putEvents', { Entries: [{ Source: 's', Detail: { a: 1 } }] }, answer);

    expect(await result).toEqual(answer);
    const Resources = [
      'arn:aws:states:us-west-2:123456789012:stateMachine:m',
      'arn:aws:states:us-west-2:123456789012:execution:m:e',
    ];
    expect(asked).toEqual([
      ['events', 'PutEvents', { Entries: [{ Source: 's', Detail: '{"a":1}', Resources }] }, where],
    ]);
  });

  test('fails where an event was not taken', async () => {
    const answer = { Entries: [{ ErrorCode: 'MalformedDetail' }], FailedEntryCount: 1 };
    const { result } = await run('events:putEvents', { Entries: [{}] }, answer);

    expect(await failure(result)).toMatchObject({ error: 'EventBridge.FailedEntry', reason: JSON.stringify(answer) });
  });

  test('keeps the names inside an item as they are', async () => {
    const answer = { Item: { id: { S: 'x' } }, $metadata: {} };

    expect(await (await run('dynamodb:getItem', { TableName: 't' }, answer)).result).toEqual({
      Item: answer.Item,
      ...metadata,
    });
    expect(await (await run('aws-sdk:dynamodb:getItem', { TableName: 't' }, answer)).result).toEqual({
      Item: answer.Item,
    });
  });

  test('speaks to Step Functions itself with capitals in both directions, and dates as text', async () => {
    const answer = { stateMachineArn: 'a', creationDate: new Date(0) };
    const { asked, result } = await run('aws-sdk:sfn:describeStateMachine', { StateMachineArn: 'a' }, answer);

    expect(await result).toEqual({ StateMachineArn: 'a', CreationDate: '1970-01-01T00:00:00.000Z' });
    expect(asked).toEqual([['states', 'DescribeStateMachine', { stateMachineArn: 'a' }, where]]);
  });

  test.each([
    [
      'sns:publish',
      new AwsError('NotFound', 'Topic does not exist', { status: 404 }),
      'SNS.NotFoundException',
      /^Topic does not exist \(Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: .+; Proxy: null\)$/,
    ],
    [
      'dynamodb:putItem',
      new AwsError('ValidationException', 'bad'),
      'DynamoDB.AmazonDynamoDBException',
      /^bad \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; /,
    ],
    [
      'aws-sdk:dynamodb:putItem',
      new AwsError('ConditionalCheckFailedException', 'no'),
      'DynamoDb.ConditionalCheckFailedException',
      /^no \(Service: DynamoDb, Status Code: 400, Request ID: .+\) \(SDK Attempt Count: 1\)$/,
    ],
    ['aws-sdk:dynamodb:putItem', new AwsError('ValidationException', 'bad'), 'DynamoDb.DynamoDbException', /^bad /],
    [
      'lambda:invoke',
      new AwsError('TooManyRequestsException', 'slow', { status: 429 }),
      'Lambda.TooManyRequestsException',
      /^slow \(Service: AWSLambda; Status Code: 429/,
    ],
    [
      'lambda:invoke',
      new Error('connect ECONNREFUSED'),
      'Lambda.SdkClientException',
      /^Unable to execute HTTP request: connect ECONNREFUSED$/,
    ],
  ])('%s names a failure as the service does: %s', async (resource, error, name, cause) => {
    const failed = (await failure((await run(resource, {}, error)).result)) as unknown as StateFailure;

    expect(failed.error).toBe(name);
    expect(failed.reason).toMatch(cause);
  });
});
