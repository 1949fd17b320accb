import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { drillSchedules } from '../../deployment/drill-schedules.ts';
import { startArn, stateMachineArn } from '../../deployment/names.ts';
import { startsLive } from '../../deployment/permissions.ts';
import type { DeadLetters } from './dead-letters.ts';
import { schedulerRole } from './schedule.ts';
import { statementsOf } from './statement.ts';

export interface DrillSchedulesProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly deadLetters: DeadLetters;
}

/** Starts the machine when a plan's drill is due: a schedule for each plan and service. */
export class DrillSchedules extends Construct {
  constructor(scope: Construct, id: string, { failover, region, deadLetters }: DrillSchedulesProps) {
    super(scope, id);
    const role = schedulerRole(this, 'Begins planned drills.', { failover, targets: [], deadLetters });
    for (const statement of statementsOf(startsLive([stateMachineArn(failover, region)]))) role.addToPolicy(statement);
    for (const { name, description, expression, timeZone, input } of drillSchedules(failover)) {
      const made = new CfnSchedule(this, name, {
        name,
        description,
        scheduleExpression: expression,
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: startArn(failover, region),
          roleArn: role.roleArn,
          input: JSON.stringify(input),
          // A drill begins in its time or not at all: without these the service would try for 24 hours.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 2 },
          deadLetterConfig: { arn: deadLetters.queue.queueArn },
        },
      });
      made.node.addDependency(role);
    }
  }
}
