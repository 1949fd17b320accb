import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { topicArns } from '../../deployment/names.ts';

export interface TopicsProps {
  readonly failover: Failover;
}

/** How people are told, by severity, in one region: nobody who listens here needs another one. */
export class Topics extends Construct {
  readonly critical: Topic;
  readonly info: Topic;
  readonly key: Key;

  constructor(scope: Construct, id: string, { failover }: TopicsProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: `What ${failover.name} tells people.`,
      enableKeyRotation: true,
    });
    // The key that AWS manages for SNS lets no other service publish: alarms and rules would be refused in silence. A rule sends
    // neither account nor ARN to the key of a topic; the topic itself is what both send.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const topics = Object.values(topicArns(failover, region(Stack.of(this).region)));
    const forTopics = { 'kms:EncryptionContext:aws:sns:topicArn': topics };
    this.key.addToResourcePolicy(uses(alarms, { ...forTopics, 'aws:SourceAccount': failover.account }));
    this.key.addToResourcePolicy(uses(rules, forTopics));
    this.critical = this.topic('Critical', failover.notify.topics.critical);
    this.info = this.topic('Info', failover.notify.topics.info);
    for (const topic of [this.critical, this.info]) {
      topic.addToResourcePolicy(publishes(alarms, topic, { StringEquals: { 'aws:SourceAccount': failover.account } }));
      topic.addToResourcePolicy(publishes(rules, topic));
    }
    for (const address of failover.notify.emails) this.critical.addSubscription(new EmailSubscription(address));
  }

  private topic(id: string, topicName: string): Topic {
    return new Topic(this, id, { topicName, masterKey: this.key, enforceSSL: true });
  }
}

const alarms = 'cloudwatch.amazonaws.com';
const rules = 'events.amazonaws.com';

function uses(service: string, context: Readonly<Record<string, string | readonly string[]>>): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(service)],
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    resources: ['*'],
    conditions: { StringEquals: context },
  });
}

/**
 * A policy of its own replaces the one that lets the account's alarms publish: without this they would be refused in silence.
 * For rules it takes no condition. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
function publishes(
  service: string,
  { topicArn }: Topic,
  conditions?: PolicyStatementProps['conditions'],
): PolicyStatement {
  return new PolicyStatement({
    principals: [new ServicePrincipal(service)],
    actions: ['sns:Publish'],
    resources: [topicArn],
    ...(conditions !== undefined && { conditions }),
  });
}
