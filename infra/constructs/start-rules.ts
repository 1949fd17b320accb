import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { delivery, forwardsTo, startRules } from '../../deployment/event-patterns.ts';
import { defaultBus, startArn, stateMachineArn } from '../../deployment/names.ts';
import { startsLive } from '../../deployment/permissions.ts';
import type { DeadLetters } from './dead-letters.ts';
import { statementOf } from './statement.ts';

export interface StartRulesProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly deadLetters: DeadLetters;
}

/**
 * What turns a red alarm or a failed canary into a run: of the machine in the same region, or, where there is none, of those
 * in the control regions. Plain rules: the L2 construct gives a bus as target no retry policy, and with a day of retries
 * yesterday's outage would move today's traffic.
 */
export class StartRules extends Construct {
  readonly rules: readonly CfnRule[];

  constructor(scope: Construct, id: string, { failover, region, deadLetters }: StartRulesProps) {
    super(scope, id);
    const runsHere = failover.controlRegions.includes(region);
    const targets = runsHere
      ? [{ id: 'failover', arn: startArn(failover, region) }]
      : forwardsTo(failover).map((control) => ({ id: `forward-${control}`, arn: defaultBus(failover, control) }));
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com'),
      description: runsHere ? 'Starts runs.' : 'Forwards what starts runs to the control regions.',
    });
    role.addToPolicy(
      statementOf(
        runsHere
          ? startsLive([stateMachineArn(failover, region)])
          : { actions: ['events:PutEvents'], resources: targets.map(({ arn }) => arn) },
      ),
    );
    this.rules = startRules(failover).map(
      ({ name, description, pattern }) =>
        new CfnRule(this, name, {
          name,
          description,
          eventPattern: pattern,
          state: 'ENABLED',
          targets: targets.map((target) => ({
            ...target,
            roleArn: role.roleArn,
            retryPolicy: {
              maximumEventAgeInSeconds: delivery.maximumEventAgeSeconds,
              maximumRetryAttempts: delivery.maximumRetryAttempts,
            },
            deadLetterConfig: { arn: deadLetters.queue.queueArn },
          })),
        }),
    );
    deadLetters.takesFromRules(startRules(failover).map(({ name }) => name));
  }
}
