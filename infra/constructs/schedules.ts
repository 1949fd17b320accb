import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface SchedulesProps {
  readonly failover: Failover;
  readonly functions: readonly HandlerFunction[];
  readonly deadLetters: DeadLetters;
}

/**
 * What happens without an event: every minute the reconciler starts what a lost event would have started, and every five
 * minutes each function runs once, so that none is cold when it matters and one that is broken shows before.
 */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { failover, functions, deadLetters }: SchedulesProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        // Only for schedules of this account. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        conditions: { StringEquals: { 'aws:SourceAccount': failover.account } },
      }),
      description: 'Runs the reconciler and keeps functions warm.',
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: functions.map(({ function: { functionArn } }) => functionArn),
      }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queue.queueArn] }));
    for (const { handles, function: target } of functions) {
      const reconciles = handles === 'reconcile';
      const schedule = new CfnSchedule(this, handles, {
        name: `${failover.name}-${reconciles ? 'reconcile' : `warm-${handles}`}`,
        description: reconciles ? 'Starts what a lost event would have started.' : `Keeps ${handles} warm.`,
        scheduleExpression: reconciles ? 'rate(1 minute)' : 'rate(5 minutes)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: target.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify(reconciles ? {} : { warm: true }),
          // The next one comes soon: what is late is not worth delivering.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
        },
      });
      // The role's permissions are a resource of their own, and a schedule without them would fail at once.
      schedule.node.addDependency(role);
    }
  }
}
