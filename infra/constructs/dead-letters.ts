import { Arn, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { describedBy } from '../../deployment/runbook.ts';
import { acknowledge } from './acknowledge.ts';
import type { Topics } from './topics.ts';

export interface DeadLettersProps {
  readonly failover: Failover;
  readonly topics: Topics;
}

/** Where events go that a rule or a schedule of this region could not deliver. Anything in it is a defect of the deployment. */
export class DeadLetters extends Construct {
  readonly queue: Queue;
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { failover, topics }: DeadLettersProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      queueName: `${failover.name}-undelivered`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.queue, 'SQS3', 'It is the dead-letter queue itself, of rules and schedules: only people read it.');
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: `${failover.name}-undelivered`,
      alarmDescription: describedBy(failover, 'An event could not be delivered', 'events-were-not-delivered'),
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A queue that nothing was ever sent to has no metric.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.alarm.addAlarmAction(new SnsAction(topics.critical));
  }

  /** By name: a reference to a rule would make a circle, for the rule refers to the queue. */
  takesFromRules(names: readonly string[]): void {
    const arns = names.map((name) =>
      Arn.format({ service: 'events', resource: 'rule', resourceName: name }, Stack.of(this)),
    );
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': arns } },
      }),
    );
  }
}
