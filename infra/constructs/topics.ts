import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';

export interface TopicsProps {
  readonly failover: Failover;
}

const publishers = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];

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
    // The key that AWS manages for SNS lets no other service publish: alarms and rules would be refused in silence.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: publishers.map((service) => new ServicePrincipal(service)),
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': failover.account } },
      }),
    );
    this.critical = this.topic('Critical', failover.notify.topics.critical);
    this.info = this.topic('Info', failover.notify.topics.info);
    for (const topic of [this.critical, this.info]) topic.addToResourcePolicy(fromServices(topic, failover.account));
    for (const address of failover.notify.emails) this.critical.addSubscription(new EmailSubscription(address));
  }

  private topic(id: string, topicName: string): Topic {
    return new Topic(this, id, { topicName, masterKey: this.key, enforceSSL: true });
  }
}

/** A policy of its own replaces the one that lets the account's alarms publish: without this they would be refused in silence. */
function fromServices({ topicArn }: Topic, account: string): PolicyStatement {
  return new PolicyStatement({
    principals: publishers.map((service) => new ServicePrincipal(service)),
    actions: ['sns:Publish'],
    resources: [topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': account } },
  });
}
