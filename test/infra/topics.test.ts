import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { all, control, failover, synthesised } from './synthesised.ts';

const template = synthesised(failover, control, () => {});
const topics = ['critical', 'info'].map((name) => `arn:aws:sns:us-west-2:${failover.account}:understudy-${name}`);

test('topics are encrypted with a key of ours, which alarms and rules may use', () => {
  for (const topic of all<{ KmsMasterKeyId?: unknown }>(template, 'AWS::SNS::Topic')) {
    expect(topic.KmsMasterKeyId).toBeDefined();
  }
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
          Condition: {
            StringEquals: {
              'aws:SourceAccount': failover.account,
              'kms:EncryptionContext:aws:sns:topicArn': topics,
            },
          },
        }),
        Match.objectLike({
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
          // A rule sends neither the account nor its ARN to the key of a topic.
          Condition: { StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': topics } },
        }),
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
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': failover.account } },
        }),
        Match.objectLike({
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: Match.absent(),
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
