import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { topicArns } from '../../deployment/names.ts';
import type { ExistingInRegion } from '../existing.ts';

export interface TopicsProps {
  readonly failover: Failover;
  readonly existing?: ExistingInRegion;
}

/** How people are told, by severity, in one region: nobody who listens here needs another one. */
export class Topics extends Construct {
  readonly critical: ITopic;
  readonly info: ITopic;
  /** Undefined where topics are there already, and whoever made them says of no key. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { failover, existing = {} }: TopicsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const arns = topicArns(failover, region(stack.region));
    const given = existing.key?.(stack);
    if (existing.topics === 'existing') {
      this.key = given;
      this.critical = Topic.fromTopicArn(this, 'Critical', arns.critical);
      this.info = Topic.fromTopicArn(this, 'Info', arns.info);
    } else {
      const key = given ?? this.#keyOf(failover, Object.values(arns));
      this.key = key;
      this.critical = this.#topic('Critical', failover.notify.topics.critical, failover, key);
      this.info = this.#topic('Info', failover.notify.topics.info, failover, key);
    }
    for (const address of failover.notify.emails) this.critical.addSubscription(new EmailSubscription(address));
  }

  #keyOf(failover: Failover, topics: readonly string[]): Key {
    const key = new Key(this, 'Key', {
      description: `What ${failover.name} tells people.`,
      enableKeyRotation: true,
    });
    // The key that AWS manages for SNS lets no other service publish: alarms and rules would be refused in silence. A rule sends
    // neither account nor ARN to the key of a topic; the topic itself is what both send.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    const forTopics = { 'kms:EncryptionContext:aws:sns:topicArn': topics };
    key.addToResourcePolicy(uses(alarms, { ...forTopics, 'aws:SourceAccount': failover.account }));
    key.addToResourcePolicy(uses(rules, forTopics));
    return key;
  }

  #topic(id: string, topicName: string, failover: Failover, masterKey: IKey): Topic {
    const topic = new Topic(this, id, { topicName, masterKey, enforceSSL: true });
    topic.addToResourcePolicy(publishes(alarms, topic, { StringEquals: { 'aws:SourceAccount': failover.account } }));
    topic.addToResourcePolicy(publishes(rules, topic));
    return topic;
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
