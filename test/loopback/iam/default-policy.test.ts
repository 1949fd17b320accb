import { expect, test } from 'vitest';
import { createIam } from '../../../loopback/iam/iam.ts';

const account = '123456789012';
const topic = `arn:aws:sns:us-west-2:${account}:alarms`;
const publish = { action: 'sns:Publish', resource: topic, context: { 'aws:sourceowner': [account] } };
/** EventBridge says nothing of whom it acts for. */
const unsigned = { ...publish, context: {} };
const by = (service: string) => ({ kind: 'service', service }) as const;

test('a topic that nobody gave a policy takes what its account’s alarms say, and nothing from rules', () => {
  const iam = createIam(account);

  expect(iam.decide(by('cloudwatch.amazonaws.com'), publish).kind).toBe('allowed');
  expect(iam.decide(by('events.amazonaws.com'), unsigned).kind).toBe('denied');
});

test('a topic’s own policy takes the place of that, until it is taken away', () => {
  const iam = createIam(account);
  const rules = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'sns:Publish',
    Resource: topic,
  };
  iam.putResourcePolicy(topic, 'topic', { Version: '2012-10-17', Statement: rules });

  expect(iam.decide(by('cloudwatch.amazonaws.com'), publish).kind).toBe('denied');
  iam.deleteResourcePolicy(topic, 'topic');
  expect(iam.decide(by('cloudwatch.amazonaws.com'), publish).kind).toBe('allowed');
});

test('a queue that nobody gave a policy takes nothing', () => {
  const queue = `arn:aws:sqs:us-west-2:${account}:dead`;

  expect(
    createIam(account).decide(by('events.amazonaws.com'), { ...publish, action: 'sqs:SendMessage', resource: queue })
      .kind,
  ).toBe('denied');
});
