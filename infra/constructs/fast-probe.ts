import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { type CreatedLevers, createdVariable, withCreated } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { permissionsOf } from '../permissions.ts';
import { ConfigurationLayer, configurationPath } from './configuration-layer.ts';
import type { DeadLetters } from './dead-letters.ts';
import { HandlerFunction } from './handler-function.ts';
import { statementOf } from './statement.ts';

export interface FastProbeProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly deadLetters: DeadLetters;
  readonly created?: CreatedLevers | undefined;
}

/** Looks from one observer every five seconds, in a function that runs for a minute and is started every minute. */
export class FastProbe extends Construct {
  constructor(scope: Construct, id: string, { failover, region, deadLetters, created }: FastProbeProps) {
    super(scope, id);
    const complete = created === undefined ? failover : withCreated(failover, created);
    const { function: target } = new HandlerFunction(this, 'fast-probe', {
      failover,
      role: 'fast-probe',
      layer: new ConfigurationLayer(this, 'Configuration', { failover }).layer,
      environment: {
        UNDERSTUDY_CONFIG: configurationPath,
        ...(created !== undefined && { [createdVariable]: Stack.of(this).toJsonString(created) }),
      },
      statements: permissionsOf('fast-probe', complete, region).map(statementOf),
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        // Only for schedules of this account. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        conditions: { StringEquals: { 'aws:SourceAccount': failover.account } },
      }),
      description: 'Starts the fast probe.',
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queue.queueArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: `${failover.name}-fast-probe`,
      description: 'A minute of looking, every minute.',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        // The next one comes soon: what is late is not worth delivering.
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
        deadLetterConfig: { arn: deadLetters.queue.queueArn },
      },
    });
    // The role's permissions are a resource of their own, and a schedule without them would fail at once.
    schedule.node.addDependency(role);
  }
}
