import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand, PutEventsCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient, ListLayersCommand } from '@aws-sdk/client-lambda';
import {
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { cbor } from '@smithy/core/cbor';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { AwsError, type AwsService, type Call, type Operation, type ServiceId } from '../../../loopback/aws/service.ts';
import { createSts } from '../../../loopback/aws/sts.ts';
import { createIam } from '../../../loopback/iam/iam.ts';
import { account, awsServer, cli, clientConfig, clis, failure, raw } from './aws-fixture.ts';

const at = new Date('2026-01-02T03:04:05.678Z');

/** A service that answers what the test says and remembers what it was asked. */
function double(id: ServiceId, operations: Record<string, (input: never, call: Call) => object>) {
  const asked: { operation: string; input: unknown; call: Call }[] = [];
  const service: AwsService = {
    id,
    operations: Object.fromEntries(
      Object.entries(operations).map(([operation, answer]): [string, Operation] => [
        operation,
        async (input, call) => {
          asked.push({ operation, input, call });
          return answer(input as never, call);
        },
      ]),
    ),
  };
  return Object.assign(service, { asked });
}

describe('awsJson', () => {
  test('gives an operation its input as the SDK has it, with the signature’s region, and its output back', async () => {
    const states = double('states', {
      ListStateMachines: () => ({
        stateMachines: [{ stateMachineArn: 'arn:m', name: 'm', type: 'STANDARD', creationDate: at }],
      }),
    });
    const server = await awsServer([states]);

    const answer = await new SFNClient(clientConfig(server, 'us-west-2')).send(
      new ListStateMachinesCommand({ maxResults: 7 }),
    );

    expect(answer.stateMachines).toEqual([{ stateMachineArn: 'arn:m', name: 'm', type: 'STANDARD', creationDate: at }]);
    expect(states.asked).toMatchObject([
      { input: { maxResults: 7 }, call: { region: 'us-west-2', account, endpoint: 0 } },
    ]);
  });

  test('reads times as dates', async () => {
    const events = double('events', { PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }) });
    const server = await awsServer([events]);

    await new EventBridgeClient(clientConfig(server)).send(
      new PutEventsCommand({ Entries: [{ Time: at, Source: 's', DetailType: 'd', Detail: '{}' }] }),
    );

    expect(events.asked[0]?.input).toEqual({ Entries: [{ Time: at, Source: 's', DetailType: 'd', Detail: '{}' }] });
  });

  test('answers an error with its type and its members', async () => {
    const states = double('states', {
      StartExecution: () => {
        throw new AwsError('ExecutionAlreadyExists', 'it runs');
      },
    });
    const server = await awsServer([states]);

    const error = await failure(
      new SFNClient(clientConfig(server)).send(new StartExecutionCommand({ stateMachineArn: 'arn:m', input: '{}' })),
    );

    expect(error).toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: 'it runs',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('never answers 200 for an operation that nobody wrote', async () => {
    const server = await awsServer([double('states', {})]);

    const error = await failure(
      new SFNClient(clientConfig(server)).send(new DescribeStateMachineCommand({ stateMachineArn: 'arn:m' })),
    );

    expect(error).toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } });
  });

  test.each([
    ['no JSON', '{"stateMachineArn":', 'SerializationException'],
    ['no object', '[]', 'SerializationException'],
    ['a wrong type', '{"stateMachineArn":7}', 'SerializationException'],
    ['a missing member', '{}', 'ValidationException'],
  ])('answers a body with %s with a typed 400', async (_what, body, type) => {
    const server = await awsServer([double('states', { StartExecution: () => ({}) })]);

    const answer = await raw(server.url, { headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' }, body });

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ __type: type });
  });

  test('an output that does not fit the schema is a 500, not a wrong answer', async () => {
    const server = await awsServer([double('states', { ListStateMachines: () => ({ stateMachines: [{ name: 7 }] }) })]);

    const error = await failure(new SFNClient(clientConfig(server)).send(new ListStateMachinesCommand({})));

    expect(error).toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(server.records.at(-1)?.defect?.message).toContain('does not fit the schema');
  });

  test('an unknown target is an error', async () => {
    const server = await awsServer([double('states', {})]);

    const answer = await raw(server.url, { headers: { 'x-amz-target': 'AmazonSQS.SendMessage' }, body: '{}' });

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ __type: 'UnknownOperationException' });
  });

  test('reads a compressed body, and refuses one that only says so', async () => {
    const states = double('states', { ListStateMachines: () => ({ stateMachines: [] }) });
    const server = await awsServer([states]);
    const headers = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines', 'content-encoding': 'gzip' };

    const compressed = await raw(server.url, { headers, body: gzipSync('{"maxResults":3}') });
    const false_ = await raw(server.url, { headers, body: '{"maxResults":3}' });

    expect(compressed.status).toBe(200);
    expect(states.asked).toMatchObject([{ input: { maxResults: 3 } }]);
    expect(false_.status).toBe(400);
  });
});

describe('awsQuery', () => {
  test('carries structures, lists and maps to the operation, and XML back', async () => {
    const sns = double('sns', {
      CreateTopic: () => ({ TopicArn: 'arn:aws:sns:us-east-1:1:t' }),
      Publish: () => ({ MessageId: 'id<&>' }),
    });
    const server = await awsServer([sns]);
    const client = new SNSClient(clientConfig(server));

    const topic = await client.send(
      new CreateTopicCommand({ Name: 't', Attributes: { DisplayName: 'T & t' }, Tags: [{ Key: 'k', Value: 'v' }] }),
    );
    const published = await client.send(
      new PublishCommand({
        TopicArn: 'arn',
        Message: 'zwölf\n<&>',
        MessageAttributes: {
          a: { DataType: 'String', StringValue: 'x' },
          b: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
        },
      }),
    );

    expect(topic.TopicArn).toBe('arn:aws:sns:us-east-1:1:t');
    expect(published.MessageId).toBe('id<&>');
    expect(sns.asked[0]?.input).toEqual({
      Name: 't',
      Attributes: { DisplayName: 'T & t' },
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(sns.asked[1]?.input).toEqual({
      TopicArn: 'arn',
      Message: 'zwölf\n<&>',
      MessageAttributes: {
        a: { DataType: 'String', StringValue: 'x' },
        b: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      },
    });
  });

  test('errors are XML with the code of the query protocol', async () => {
    const server = await awsServer([
      double('sns', {
        Publish: () => {
          throw new AwsError('NotFoundException', 'Topic does not exist');
        },
      }),
    ]);
    const client = new SNSClient(clientConfig(server));

    const missing = await failure(client.send(new PublishCommand({ TopicArn: 'arn', Message: 'm' })));
    const unwritten = await failure(client.send(new SubscribeCommand({ TopicArn: 'arn', Protocol: 'http' })));

    expect(missing).toMatchObject({ name: 'NotFoundException', $metadata: { httpStatusCode: 404 } });
    expect(missing['Error']).toMatchObject({ Code: 'NotFound', Type: 'Sender' });
    expect(unwritten).toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } });
  });

  test.each([
    ['no number', 'Action=DescribeAlarms&Version=2010-08-01&MaxRecords=x', 'MalformedInput'],
    ['a missing member', 'Action=PutMetricData&Version=2010-08-01', 'ValidationError'],
    ['an unknown action', 'Action=Nothing&Version=2010-08-01', 'InvalidAction'],
  ])('a body with %s is a typed 400', async (_what, body, code) => {
    const server = await awsServer([double('cloudwatch', { DescribeAlarms: () => ({}), PutMetricData: () => ({}) })]);

    const answer = await raw(server.url, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });

    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });
});

describe.each([
  ['awsJson', {}],
  ['rpcv2Cbor', { protocol: AwsSmithyRpcV2CborProtocol }],
])('CloudWatch by %s', (_name, protocol) => {
  test('carries numbers and times both ways', async () => {
    const cloudwatch = double('cloudwatch', {
      PutMetricData: () => ({}),
      DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'a', Threshold: 0.5, StateUpdatedTimestamp: at }] }),
    });
    const server = await awsServer([cloudwatch]);
    const client = new CloudWatchClient({ ...clientConfig(server), ...protocol });
    const MetricData = [
      { MetricName: 'm', Value: 1.25, Timestamp: at, Values: [1, 2], Dimensions: [{ Name: 'd', Value: 'v' }] },
    ];

    await client.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }));
    const alarms = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['a'] }));

    expect(cloudwatch.asked[0]?.input).toEqual({ Namespace: 'n', MetricData });
    expect(alarms.MetricAlarms).toEqual([{ AlarmName: 'a', Threshold: 0.5, StateUpdatedTimestamp: at }]);
  });

  test('errors are typed', async () => {
    const server = await awsServer([
      double('cloudwatch', {
        DescribeAlarms: () => {
          throw new AwsError('InvalidNextToken', 'what is this?');
        },
      }),
    ]);
    const client = new CloudWatchClient({ ...clientConfig(server), ...protocol });

    const wrong = await failure(client.send(new DescribeAlarmsCommand({})));
    const unwritten = await failure(client.send(new ListMetricsCommand({})));

    expect(wrong).toMatchObject({
      name: 'InvalidNextToken',
      message: 'what is this?',
      $metadata: { httpStatusCode: 400 },
    });
    expect(unwritten).toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } });
  });
});

test('a CBOR body that is none is a typed 400', async () => {
  const server = await awsServer([double('cloudwatch', { DescribeAlarms: () => ({}) })]);
  const path = '/service/GraniteServiceVersion20100801/operation/DescribeAlarms';

  for (const body of [
    Buffer.from([0x9b, 0xff]),
    Buffer.from(cbor.serialize([1])),
    Buffer.from(cbor.serialize({ MaxRecords: 'x' })),
  ]) {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'smithy-protocol': 'rpc-v2-cbor' },
      body,
    });
    expect(response.status).toBe(400);
    expect(cbor.deserialize(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      __type: 'SerializationException',
    });
  }
});

describe('restJson1', () => {
  test('carries labels, headers, query and payload, and the status', async () => {
    const lambda = double('lambda', {
      Invoke: () => ({
        StatusCode: 202,
        FunctionError: 'Unhandled',
        ExecutedVersion: '$LATEST',
        Payload: Buffer.from('"out"'),
      }),
    });
    const server = await awsServer([lambda]);

    const answer = await new LambdaClient(clientConfig(server)).send(
      new InvokeCommand({
        FunctionName: 'a:b',
        InvocationType: 'Event',
        Qualifier: 'q$r',
        Payload: Buffer.from('"in"'),
      }),
    );

    expect(lambda.asked[0]?.input).toEqual({
      FunctionName: 'a:b',
      InvocationType: 'Event',
      Qualifier: 'q$r',
      Payload: new Uint8Array(Buffer.from('"in"')),
    });
    expect(answer).toMatchObject({ StatusCode: 202, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
    expect(answer.Payload?.transformToString()).toBe('"out"');
  });

  test('errors are typed, and their headers are members', async () => {
    const server = await awsServer([
      double('lambda', {
        Invoke: () => {
          throw new AwsError('TooManyRequestsException', 'slow down', {
            members: { Reason: 'r', retryAfterSeconds: '3' },
          });
        },
      }),
    ]);
    const client = new LambdaClient(clientConfig(server));

    const throttled = await failure(client.send(new InvokeCommand({ FunctionName: 'f' })));
    const unwritten = await failure(client.send(new ListLayersCommand({})));

    expect(throttled).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'r',
      retryAfterSeconds: '3',
      $metadata: { httpStatusCode: 429 },
    });
    expect(unwritten).toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 501 } });
  });

  test('an unknown path is a 404 with a type', async () => {
    const server = await awsServer([double('lambda', {})]);

    for (const path of ['/', '/2015-03-31/nothing', '/%E0%A4%A', '/2015-03-31/functions/%zz/invocations']) {
      const answer = await raw(server.url + path, { method: 'GET' });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
    }
  });
});

describe('the server', () => {
  test('says which port is in use, and what to do', async () => {
    const occupant = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void occupant.close());
    await new Promise((resolve) => occupant.once('listening', resolve));
    const { port } = occupant.address() as AddressInfo;

    await expect(startAwsServer({ port, account, services: [] })).rejects.toThrow(
      new RegExp(`port ${port} .* is in use.*choose another`),
    );
  });

  test('gives ARC five ports of its own, which answer nothing but ARC', async () => {
    const server = await awsServer([
      double('arc', {}),
      double('states', { ListStateMachines: () => ({ stateMachines: [] }) }),
    ]);

    const answer = await raw(server.arcUrls[3] ?? '', {
      headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' },
      body: '{}',
    });

    expect(new Set([server.url, ...server.arcUrls]).size).toBe(6);
    expect(answer.status).toBe(404);
  });

  test('hands /_sandbox to its handler, and answers 404 where that does not know the path', async () => {
    const server = await startAwsServer({
      port: 0,
      account,
      services: [],
      control: (request, response) => {
        if (request.url !== '/_sandbox/faults') return false;
        response.end('mine');
        return true;
      },
    });
    onTestFinished(() => server.close());

    expect(await raw(`${server.url}/_sandbox/faults`, { method: 'GET' })).toMatchObject({ status: 200, text: 'mine' });
    expect(await raw(`${server.url}/_sandbox/nothing`, { method: 'GET' })).toMatchObject({ status: 404 });
    expect(await raw(`${server.url}/_sandboxes`, { method: 'GET' })).toMatchObject({ status: 404 });
  });

  test('refuses a body over the limit and lives on', async () => {
    const server = await awsServer([double('states', { ListStateMachines: () => ({ stateMachines: [] }) })]);
    const headers = { 'x-amz-target': 'AWSStepFunctions.ListStateMachines' };

    // The server may close before the whole body is sent: then the client sees that instead of the 413.
    const large = await raw(server.url, { headers, body: Buffer.alloc(17 * 1024 * 1024) }).catch(() => ({
      status: 413,
    }));
    const next = await raw(server.url, { headers, body: '{}' });

    expect(large.status).toBe(413);
    expect(next.status).toBe(200);
  });

  test('calls in process by the same way: validated, typed', async () => {
    const states = double('states', { StartExecution: () => ({ executionArn: 'arn:e', startDate: at }) });
    const server = await awsServer([states]);

    expect(await server.call('states', 'StartExecution', { stateMachineArn: 'a' }, { region: 'eu-west-1' })).toEqual({
      executionArn: 'arn:e',
      startDate: at,
    });
    expect(states.asked[0]?.call).toMatchObject({ region: 'eu-west-1', account });
    expect(await failure(server.call('states', 'StartExecution', {}, { region: 'eu-west-1' }))).toMatchObject({
      code: 'ValidationException',
    });
    expect(await failure(server.call('sns', 'Publish', {}, { region: 'eu-west-1' }))).toMatchObject({
      code: 'UnknownOperationException',
    });
  });
});

test.skipIf(clis.length === 0)(
  'every AWS CLI of this machine speaks with the server (skipped without one)',
  async () => {
    const server = await awsServer([
      createSts({ iam: createIam(account), now: Date.now }),
      double('states', { ListStateMachines: () => ({ stateMachines: [] }) }),
      double('cloudwatch', {
        DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'a', StateUpdatedTimestamp: at }] }),
      }),
      double('events', { PutRule: () => ({ RuleArn: 'arn:r' }), ListRules: () => ({ Rules: [] }) }),
      double('sns', {
        Publish: () => {
          throw new AwsError('NotFoundException', 'no such topic');
        },
      }),
    ]);

    for (const path of clis) {
      expect(await cli(path, ['sts', 'get-caller-identity'], server.url)).toMatchObject({ Account: account });
      expect(await cli(path, ['stepfunctions', 'list-state-machines'], server.url)).toEqual({ stateMachines: [] });
      const alarms = await cli(path, ['cloudwatch', 'describe-alarms'], server.url);
      expect(alarms.MetricAlarms).toMatchObject([{ AlarmName: 'a' }]);
      expect(await cli(path, ['events', 'put-rule', '--name', 'r', '--event-pattern', '{}'], server.url)).toEqual({
        RuleArn: 'arn:r',
      });
      const publish = ['sns', 'publish', '--topic-arn', 'arn:aws:sns:us-east-1:1:t', '--message', 'm'];
      expect((await failure(cli(path, publish, server.url)))['stderr']).toContain('(NotFound)');
      expect((await failure(cli(path, ['cloudwatch', 'list-metrics'], server.url)))['stderr']).toContain(
        '(UnknownOperationException)',
      );
    }
  },
  60_000,
);

test('EventBridge’s client works too', async () => {
  const server = await awsServer([double('events', { PutRule: () => ({ RuleArn: 'arn:r' }) })]);
  const client = new EventBridgeClient(clientConfig(server));

  expect(await client.send(new PutRuleCommand({ Name: 'r', EventPattern: '{}' }))).toMatchObject({ RuleArn: 'arn:r' });
  expect(await failure(client.send(new ListRulesCommand({})))).toMatchObject({ name: 'UnknownOperationException' });
});

test('whoever asks who they are is told, by the query protocol', async () => {
  const server = await awsServer([createSts({ iam: createIam(account), now: Date.now })]);

  const { status, text } = await raw(server.url, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  });

  expect(status).toBe(200);
  expect(text).toContain(`<Account>${account}</Account>`);
});
