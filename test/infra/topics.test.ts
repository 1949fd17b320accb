import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { all, control, failover, synthesised } from './synthesised.ts';

const template = synthesised(failover, control, () => {});
const services = { Service: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'] };

test('topics are encrypted with a key of ours, which alarms and rules may use', () => {
  for (const topic of all<{ KmsMasterKeyId?: unknown }>(template, 'AWS::SNS::Topic')) {
    expect(topic.KmsMasterKeyId).toBeDefined();
  }
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({ Principal: services, Action: ['kms:GenerateDataKey', 'kms:Decrypt'] }),
      ]),
    },
  });
});

test('a topic refuses what is not encrypted on the way, and still takes what alarms and rules publish', () => {
  template.resourceCountIs('AWS::SNS::TopicPolicy', 2);
  template.allResourcesProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({
          Effect: 'Allow',
          Principal: services,
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': failover.account } },
        }),
      ]),
    },
  });
});

test('an address that is configured is told of what is critical', () => {
  const emails = ['ops@example.com'];
  const subscribed = synthesised({ ...failover, notify: { ...failover.notify, emails } }, control, () => {});

  template.resourceCountIs('AWS::SNS::Subscription', 0);
  subscribed.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
});
