import type { Region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { delivery, forwardsTo, lostRunPattern, startRules } from '../deployment/event-patterns.ts';
import { lostRunTargets } from '../deployment/lost-run.ts';
import { functionArn, startArn, topicArn } from '../deployment/names.ts';
import type { Aws } from '../loopback/aws/service.ts';

/**
 * Everything on the default bus of a region: what starts a run, what starts one that was missed, what tells of one that was
 * lost. The reconciler's schedule does not run yet.
 */
export async function createRules(failover: Failover, aws: Aws, region: Region): Promise<void> {
  const rules: Rule[] = [
    ...startRules(failover).map(({ name, pattern }) => ({
      Name: name,
      EventPattern: JSON.stringify(pattern),
      Targets: startTargets(failover, region).map((target) => ({ ...target, RetryPolicy })),
    })),
    ...(runsHere(failover, region) ? controlRules(failover, region) : []),
  ];
  for (const { Name, Targets, ...when } of rules) {
    await aws.call('events', 'PutRule', { State: 'ENABLED', ...when, Name }, { region });
    await aws.call('events', 'PutTargets', { Rule: Name, Targets }, { region });
  }
}

/**
 * Once the functions are warm. At a high tempo the schedule's period is shorter than a cold start, and each time that it comes
 * round before the first environment is ready, it starts another one.
 */
export const startSchedules = (failover: Failover, aws: Aws): Promise<void> =>
  switchSchedules('EnableRule', failover, aws);

/** For whoever wants no run but their own. */
export const stopSchedules = (failover: Failover, aws: Aws): Promise<void> =>
  switchSchedules('DisableRule', failover, aws);

async function switchSchedules(operation: 'EnableRule' | 'DisableRule', failover: Failover, aws: Aws): Promise<void> {
  const Name = reconcileRuleName(failover);
  await Promise.all(failover.controlRegions.map((region) => aws.call('events', operation, { Name }, { region })));
}

interface Rule {
  readonly Name: string;
  readonly EventPattern?: string;
  readonly ScheduleExpression?: string;
  readonly State?: 'DISABLED';
  readonly Targets: readonly object[];
}

const reconcileRuleName = ({ name }: Failover) => `${name}-reconcile`;

const RetryPolicy = {
  MaximumEventAgeInSeconds: delivery.maximumEventAgeSeconds,
  MaximumRetryAttempts: delivery.maximumRetryAttempts,
};

const runsHere = ({ controlRegions }: Failover, region: Region) => controlRegions.includes(region);

/** The machine of the same region; an observer that has none tells those that have one. */
function startTargets(failover: Failover, region: Region) {
  const { name, account } = failover;
  const role = (purpose: string) => `arn:aws:iam::${account}:role/${name}-${purpose}`;
  if (runsHere(failover, region)) return [{ Id: 'failover', Arn: startArn(failover, region), RoleArn: role('start') }];
  return forwardsTo(failover).map((control) => ({
    Id: `forward-${control}`,
    Arn: `arn:aws:events:${control}:${account}:event-bus/default`,
    RoleArn: role('forward'),
  }));
}

function controlRules(failover: Failover, region: Region): Rule[] {
  return [
    {
      Name: reconcileRuleName(failover),
      ScheduleExpression: 'rate(1 minute)',
      State: 'DISABLED',
      Targets: [{ Id: 'reconcile', Arn: functionArn(failover, region, 'reconcile') }],
    },
    {
      Name: `${failover.name}-run-lost`,
      EventPattern: JSON.stringify(lostRunPattern(failover, region)),
      Targets: lostRunTargets(failover).map(({ id, topic, inputPathsMap, inputTemplate }) => ({
        Id: id,
        Arn: topicArn(failover, region, topic),
        InputTransformer: { InputPathsMap: inputPathsMap, InputTemplate: inputTemplate },
      })),
    },
  ];
}
