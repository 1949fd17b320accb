import { afterEach, describe, expect, test } from 'vitest';
import { type Aws, AwsError } from '../../../loopback/aws/service.ts';
import { snsService } from '../../../loopback/sns/sns.ts';
import { virtualClock } from '../virtual-clock.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const account = '123456789012';
const topicArn = `arn:aws:sns:us-east-1:${account}:understudy-critical`;
const lambda = `arn:aws:lambda:us-east-1:${account}:function:understudy-notify`;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function world() {
  const clock = virtualClock();
  const invoked: { input: Record<string, unknown>; region: string }[] = [];
  const problem: { current: Error | null } = { current: null };
  const aws: Aws = {
    account,
    async call(_service, _operation, input, { region }) {
      if (problem.current) throw problem.current;
      invoked.push({ input: input as Record<string, unknown>, region });
      return {};
    },
  };
  const service = snsService({ clock, random: () => 1, tempo: 1, aws: () => aws });
  open.push(service);
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the operation answers.
  const call = async (operation: string, input: object, region = 'us-east-1'): Promise<any> => {
    const perform = service.operations[operation];
    if (perform === undefined) throw new Error(`no operation ${operation}`);
    return perform(input, { service: 'sns', operation, region, account, requestId: 'r', endpoint: 0 });
  };
  return { clock, service, call, invoked, problem };
}

async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  open.unshift(started);
  return started;
}

/** A topic with a confirmed HTTP endpoint. */
async function subscribed(Attributes?: object) {
  const it = world();
  const endpoint = await receiver();
  await it.call('CreateTopic', { Name: 'understudy-critical' });
  await it.call('Subscribe', { TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url, Attributes });
  const { Token } = JSON.parse((await endpoint.next()).body);
  const { SubscriptionArn } = await it.call('ConfirmSubscription', { TopicArn: topicArn, Token });
  return { ...it, endpoint, SubscriptionArn };
}

async function error(promise: Promise<unknown>): Promise<{ code: string; message: string; status: number }> {
  const thrown = await promise.then(
    () => null,
    (reason: AwsError) => reason,
  );
  if (thrown === null) throw new Error('nothing was thrown');
  return { code: thrown.code, message: thrown.message, status: thrown.status };
}

describe('an HTTP subscription', () => {
  test('is asked to confirm, and gets nothing before it did', async () => {
    const { call, service } = world();
    const endpoint = await receiver();
    await call('CreateTopic', { Name: 'understudy-critical' });

    expect(await call('Subscribe', { TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url })).toEqual({
      SubscriptionArn: 'pending confirmation',
    });
    await call('Publish', { TopicArn: topicArn, Message: 'too early' });
    const { headers, body } = await endpoint.next();
    const confirmation = JSON.parse(body);

    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'SubscriptionConfirmation',
      'x-amz-sns-message-id': confirmation.MessageId,
      'x-amz-sns-topic-arn': topicArn,
      'content-type': 'text/plain; charset=UTF-8',
      'user-agent': 'Amazon Simple Notification Service Agent',
    });
    expect(confirmation).toEqual({
      Type: 'SubscriptionConfirmation',
      MessageId: expect.any(String),
      Token: expect.any(String),
      TopicArn: topicArn,
      Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
      SubscribeURL: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/\?Action=ConfirmSubscription&TopicArn=.*&Token=/,
      ),
      Timestamp: '2026-11-20T10:00:00.000Z',
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
    });
    await service.settled();
    expect(endpoint.count).toBe(1);
    expect((await call('ListSubscriptions', {})).Subscriptions).toEqual([
      {
        SubscriptionArn: 'PendingConfirmation',
        Owner: account,
        Protocol: 'http',
        Endpoint: endpoint.url,
        TopicArn: topicArn,
      },
    ]);
  });

  test('is confirmed by a visit to its SubscribeURL, and then notified', async () => {
    const { call } = world();
    const endpoint = await receiver();
    await call('CreateTopic', { Name: 'understudy-critical' });
    await call('Subscribe', { TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url });
    const { SubscribeURL } = JSON.parse((await endpoint.next()).body);

    const confirmed = await fetch(SubscribeURL);
    expect(confirmed.status).toBe(200);
    const subscriptionArn = /<SubscriptionArn>(.+)<\/SubscriptionArn>/.exec(await confirmed.text())?.[1];
    const { MessageId } = await call('Publish', {
      TopicArn: topicArn,
      Subject: 'orders moved',
      Message: 'to us-west-2',
      MessageAttributes: {
        severity: { DataType: 'String', StringValue: 'critical' },
        blob: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
      },
    });
    const { headers, body } = await endpoint.next();

    expect(headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-topic-arn': topicArn,
      'x-amz-sns-subscription-arn': subscriptionArn,
    });
    expect(JSON.parse(body)).toEqual({
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: 'orders moved',
      Message: 'to us-west-2',
      Timestamp: '2026-11-20T10:00:00.000Z',
      SignatureVersion: '1',
      Signature: expect.any(String),
      SigningCertURL: expect.any(String),
      UnsubscribeURL: expect.stringContaining(`Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`),
      MessageAttributes: {
        severity: { Type: 'String', Value: 'critical' },
        blob: { Type: 'Binary', Value: 'AQI=' },
      },
    });
  });

  test('is not confirmed by a wrong token, a wrong topic or another link', async () => {
    const { call } = world();
    const endpoint = await receiver();
    await call('CreateTopic', { Name: 'understudy-critical' });
    await call('Subscribe', { TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url });
    const { SubscribeURL } = JSON.parse((await endpoint.next()).body);

    const wrongToken = await fetch(`${SubscribeURL}x`);
    expect([wrongToken.status, await wrongToken.text()]).toEqual([
      400,
      expect.stringContaining('Invalid parameter: Token'),
    ]);
    const wrongTopic = await fetch(SubscribeURL.replace('critical', 'other'));
    expect([wrongTopic.status, await wrongTopic.text()]).toEqual([
      400,
      expect.stringContaining('Invalid parameter: Topic'),
    ]);
    expect((await fetch(SubscribeURL.replace('ConfirmSubscription', 'DeleteTopic'))).status).toBe(404);
    expect((await error(call('ConfirmSubscription', { TopicArn: topicArn, Token: 'no' }))).message).toBe(
      'Invalid parameter: Token',
    );
    expect((await call('GetTopicAttributes', { TopicArn: topicArn })).Attributes).toMatchObject({
      SubscriptionsConfirmed: '0',
      SubscriptionsPending: '1',
    });
  });

  test('ends by its UnsubscribeURL', async () => {
    const { call, endpoint } = await subscribed();
    await call('Publish', { TopicArn: topicArn, Message: 'one' });
    const { UnsubscribeURL } = JSON.parse((await endpoint.next()).body);

    expect((await fetch(UnsubscribeURL)).status).toBe(200);
    await call('Publish', { TopicArn: topicArn, Message: 'two' });

    expect((await call('ListSubscriptionsByTopic', { TopicArn: topicArn })).Subscriptions).toEqual([]);
    expect((await call('GetTopicAttributes', { TopicArn: topicArn })).Attributes).toMatchObject({
      SubscriptionsDeleted: '1',
    });
    expect(endpoint.count).toBe(2);
  });

  test('gets a failed message again, three times, with the same id, and then it is given up', async () => {
    const { call, endpoint, clock, service, SubscriptionArn } = await subscribed();
    endpoint.answer(500, 503, 429, 500);
    const { MessageId } = await call('Publish', { TopicArn: topicArn, Message: 'hear me' });

    const ids = [(await endpoint.next()).headers['x-amz-sns-message-id']];
    for (let retry = 1; retry <= 3; retry++) {
      await clock.untilWaiting();
      await clock.advance(20_000);
      ids.push((await endpoint.next()).headers['x-amz-sns-message-id']);
    }
    await service.settled();

    expect(ids).toEqual([MessageId, MessageId, MessageId, MessageId]);
    expect(service.failedDeliveries()).toEqual([
      {
        at: Date.parse('2026-11-20T10:01:00Z'),
        subscriptionArn: SubscriptionArn,
        endpoint: endpoint.url,
        messageId: MessageId,
        because: 'HTTP status 500',
      },
    ]);
  });

  test('that recovers gets the message, once', async () => {
    const { call, endpoint, clock, service } = await subscribed();
    endpoint.answer(503);
    await call('Publish', { TopicArn: topicArn, Message: 'hear me' });
    await endpoint.next();
    await clock.untilWaiting();
    await clock.advance(20_000);
    await endpoint.next();
    await service.settled();

    expect(service.failedDeliveries()).toEqual([]);
    expect(endpoint.count).toBe(3);
  });

  test.each([[404], [302]])('that answers %i is not tried again', async (status) => {
    const { call, endpoint, service } = await subscribed();
    endpoint.answer(status);
    await call('Publish', { TopicArn: topicArn, Message: 'm' });
    await service.settled();

    expect(endpoint.count).toBe(2);
    expect(service.failedDeliveries()).toMatchObject([{ because: `HTTP status ${status}` }]);
  });

  test('whose endpoint is gone is tried again, then given up', async () => {
    const { call, endpoint, clock, service } = await subscribed();
    await endpoint.close();
    await call('Publish', { TopicArn: topicArn, Message: 'm' });
    for (let retry = 1; retry <= 3; retry++) {
      await clock.untilWaiting();
      await clock.advance(20_000);
    }
    await service.settled();

    expect(service.failedDeliveries()).toMatchObject([{ because: expect.stringContaining('ECONNREFUSED') }]);
  });

  test('may ask for the bare message', async () => {
    const { call, endpoint } = await subscribed({ RawMessageDelivery: 'true' });
    await call('Publish', { TopicArn: topicArn, Message: 'bare' });
    const { headers, body } = await endpoint.next();

    expect(body).toBe('bare');
    expect(headers['x-amz-sns-rawdelivery']).toBe('true');
  });

  test('is one and the same however often the endpoint is subscribed', async () => {
    const { call, endpoint, SubscriptionArn } = await subscribed();

    expect(await call('Subscribe', { TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint.url })).toEqual({
      SubscriptionArn,
    });
    expect(endpoint.count).toBe(1);
  });

  test('under way ends with the service', async () => {
    const { call, endpoint, clock, service } = await subscribed();
    endpoint.answer(500);
    await call('Publish', { TopicArn: topicArn, Message: 'm' });
    await endpoint.next();
    await clock.untilWaiting();

    await service.close();

    expect(clock.waiting).toBe(0);
    expect(service.failedDeliveries()).toEqual([]);
  });

  test.each([
    [
      { Protocol: 'http', Endpoint: 'http://example.com/hook' },
      expect.stringContaining('example.com is not on loopback'),
    ],
    [
      { Protocol: 'http', Endpoint: 'https://127.0.0.1/hook' },
      'Invalid parameter: Endpoint must match the specified protocol',
    ],
    [{ Protocol: 'http', Endpoint: 'hook' }, 'Invalid parameter: Endpoint'],
    [{ Protocol: 'lambda', Endpoint: 'notify' }, 'Invalid parameter: Lambda endpoint ARN'],
    [{ Protocol: 'sqs', Endpoint: 'arn' }, expect.stringContaining('sqs is not played by the sandbox')],
    [
      { Protocol: 'lambda', Endpoint: lambda, Attributes: { FilterPolicy: '{}' } },
      expect.stringContaining('FilterPolicy is not played by the sandbox'),
    ],
  ])('is refused with %j', async (input, message) => {
    const { call } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });

    expect(await error(call('Subscribe', { TopicArn: topicArn, ...input }))).toMatchObject({
      code: 'InvalidParameterException',
      message,
    });
  });
});

describe('a Lambda subscription', () => {
  test('is confirmed at once and invoked with the event of SNS', async () => {
    const { call, invoked, service } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });
    const { SubscriptionArn } = await call('Subscribe', { TopicArn: topicArn, Protocol: 'lambda', Endpoint: lambda });
    const { MessageId } = await call('Publish', { TopicArn: topicArn, Message: 'm' });
    await service.settled();

    expect(SubscriptionArn).toMatch(`${topicArn}:`);
    expect(invoked[0]).toMatchObject({ region: 'us-east-1', input: { FunctionName: lambda, InvocationType: 'Event' } });
    expect(JSON.parse(new TextDecoder().decode(invoked[0]?.input['Payload'] as Uint8Array))).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: SubscriptionArn,
          Sns: {
            Type: 'Notification',
            MessageId,
            TopicArn: topicArn,
            Subject: null,
            Message: 'm',
            Timestamp: '2026-11-20T10:00:00.000Z',
            SignatureVersion: '1',
            Signature: expect.any(String),
            SigningCertUrl: expect.any(String),
            UnsubscribeUrl: expect.stringContaining(SubscriptionArn),
            MessageAttributes: {},
          },
        },
      ],
    });
  });

  test('that cannot be reached is a failed delivery, and the publisher is none the wiser', async () => {
    const { call, problem, service } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });
    await call('Subscribe', { TopicArn: topicArn, Protocol: 'lambda', Endpoint: lambda });
    problem.current = new AwsError('ResourceNotFoundException', 'Function not found');

    const { MessageId } = await call('Publish', { TopicArn: topicArn, Message: 'm' });
    await service.settled();

    expect(service.failedDeliveries()).toMatchObject([{ messageId: MessageId, because: 'Function not found' }]);
  });
});

describe('a message', () => {
  test('goes to no topic that does not exist, nor to one of another region', async () => {
    const { call } = world();
    const publish = (TopicArn: string, region?: string) => error(call('Publish', { TopicArn, Message: 'm' }, region));

    expect(await publish(topicArn)).toEqual({
      code: 'NotFoundException',
      message: 'Topic does not exist',
      status: 404,
    });
    expect(await publish('randomstring')).toMatchObject({
      code: 'InvalidParameterException',
      message: 'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
    });
    await call('CreateTopic', { Name: 'understudy-critical' });
    expect(await publish(topicArn, 'us-west-2')).toMatchObject({ message: 'Invalid parameter: TopicArn' });
  });

  test('stays readable', async () => {
    const { call, service } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });
    for (let number = 0; number < 1001; number++) {
      await call('Publish', { TopicArn: topicArn, Subject: 's', Message: `m${number}` });
    }

    const kept = service.published(topicArn);
    expect(kept).toHaveLength(1000);
    expect(kept[0]?.messages).toEqual({ default: 'm1' });
    expect(kept.at(-1)).toMatchObject({ subject: 's', messages: { default: 'm1000' } });
    expect(service.published('arn:aws:sns:us-east-1:123456789012:nobody')).toEqual([]);
  });

  test('may be another one for each protocol', async () => {
    const { call, endpoint } = await subscribed();
    await call('Publish', {
      TopicArn: topicArn,
      MessageStructure: 'json',
      Message: JSON.stringify({ default: 'for all', http: 'for http' }),
    });

    expect(JSON.parse((await endpoint.next()).body).Message).toBe('for http');
  });

  test.each([
    [{ Message: '' }, 'Invalid parameter: Empty message'],
    [{ Message: 'm', Subject: '' }, 'Invalid parameter: Subject'],
    [{ Message: 'm', Subject: 'x'.repeat(101) }, 'Invalid parameter: Subject'],
    [{ Message: 'm', Subject: 'two\nlines' }, 'Invalid parameter: Subject'],
    [{ Message: 'm', Subject: ' space' }, 'Invalid parameter: Subject'],
    [{ Message: 'm', Subject: 'Ünderstudy' }, 'Invalid parameter: Subject'],
    [{ Message: 'x'.repeat(256 * 1024 + 1) }, 'Invalid parameter: Message too long'],
    [
      { Message: 'x'.repeat(256 * 1024), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
      'Invalid parameter: Message too long',
    ],
    [
      { Message: '{', MessageStructure: 'json' },
      'Invalid parameter: Message Structure - JSON message body failed to parse',
    ],
    [
      { Message: '{"default":{"no":"text"}}', MessageStructure: 'json' },
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
    [
      { Message: 'm', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
    ],
  ])('is refused: %s', async (input, message) => {
    const { call, service } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });

    expect((await error(call('Publish', { TopicArn: topicArn, ...input }))).message).toBe(message);
    expect(service.published(topicArn)).toEqual([]);
  });

  test('may have 100 characters of subject and 256 KiB', async () => {
    const { call } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });

    expect(
      await call('Publish', { TopicArn: topicArn, Subject: 'x'.repeat(100), Message: 'y'.repeat(256 * 1024) }),
    ).toEqual({ MessageId: expect.any(String) });
  });

  test('may come in a batch, which is refused as a whole', async () => {
    const { call, service } = world();
    await call('CreateTopic', { Name: 'understudy-critical' });
    const batch = (...ids: string[]) =>
      call('PublishBatch', { TopicArn: topicArn, PublishBatchRequestEntries: ids.map((Id) => ({ Id, Message: Id })) });

    expect((await batch('a', 'b')).Successful).toEqual([
      { Id: 'a', MessageId: expect.any(String) },
      { Id: 'b', MessageId: expect.any(String) },
    ]);
    expect((await error(batch())).code).toBe('EmptyBatchRequestException');
    expect((await error(batch('a', 'a'))).code).toBe('BatchEntryIdsNotDistinctException');
    expect((await error(batch(...'abcdefghijk'))).code).toBe('TooManyEntriesInBatchRequestException');
    expect(service.published(topicArn)).toHaveLength(2);
  });
});

describe('topics', () => {
  test('are created once, listed per region and deleted without a word', async () => {
    const { call } = world();

    expect(await call('CreateTopic', { Name: 'understudy-critical' })).toEqual({ TopicArn: topicArn });
    expect(await call('CreateTopic', { Name: 'understudy-critical' })).toEqual({ TopicArn: topicArn });
    expect(await call('ListTopics', {})).toEqual({ Topics: [{ TopicArn: topicArn }] });
    expect(await call('ListTopics', {}, 'us-west-2')).toEqual({ Topics: [] });
    expect(await call('DeleteTopic', { TopicArn: topicArn })).toEqual({});
    expect(await call('DeleteTopic', { TopicArn: topicArn })).toEqual({});
    expect((await error(call('GetTopicAttributes', { TopicArn: topicArn }))).code).toBe('NotFoundException');
  });

  test.each(['', 'a b', 'queue.fifo', 'x'.repeat(257)])('have proper names, not %j', async (Name) => {
    const { call } = world();

    expect((await error(call('CreateTopic', { Name }))).message).toBe('Invalid parameter: Topic Name');
  });
});
