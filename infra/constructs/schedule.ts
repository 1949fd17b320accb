import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import type { DeadLetters } from './dead-letters.ts';

export interface ScheduleProps {
  readonly name: string;
  readonly description: string;
  readonly everyMinutes: number;
  readonly input: object;
  readonly retries: number;
  readonly target: IFunction;
  readonly role: Role;
  readonly deadLetters: DeadLetters;
}

/** Invokes a function every so many minutes. */
export function schedule(scope: Construct, id: string, props: ScheduleProps): CfnSchedule {
  const { name, description, everyMinutes, input, retries, target, role, deadLetters } = props;
  const made = new CfnSchedule(scope, id, {
    name,
    description,
    scheduleExpression: everyMinutes === 1 ? 'rate(1 minute)' : `rate(${everyMinutes} minutes)`,
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: target.functionArn,
      roleArn: role.roleArn,
      input: JSON.stringify(input),
      // The next one comes soon: what is late is not worth delivering.
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: retries },
      deadLetterConfig: { arn: deadLetters.queue.queueArn },
    },
  });
  // The role's permissions are a resource of their own, and a schedule without them would fail at once.
  made.node.addDependency(role);
  return made;
}

/** The role of schedules that invoke `targets`. */
export function schedulerRole(
  scope: Construct,
  description: string,
  {
    failover,
    targets,
    deadLetters,
  }: { readonly failover: Failover; readonly targets: readonly IFunction[]; readonly deadLetters: DeadLetters },
): Role {
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      // Only for schedules of this account. https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      conditions: { StringEquals: { 'aws:SourceAccount': failover.account } },
    }),
    description,
  });
  if (targets.length > 0) {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: targets.map(({ functionArn }) => functionArn),
      }),
    );
  }
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queue.queueArn] }));
  return role;
}
