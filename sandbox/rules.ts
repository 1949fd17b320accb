import { alarmName, canaryName, functionArn, stateMachineArn, topicArn, watchedTargets } from '../config/names.ts';
import type { Region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import type { Aws } from './aws/service.ts';

/** Everything on the default bus of a region: what starts a run, what starts one that was missed, what tells of one that was lost. */
export async function createRules(failover: Failover, aws: Aws, region: Region): Promise<void> {
  const rules = [
    ...startRules(failover, region),
    ...(runsHere(failover, region) ? controlRules(failover, region) : []),
  ];
  for (const { Name, Target, ...when } of rules) {
    await aws.call('events', 'PutRule', { Name, ...when, State: 'ENABLED' }, { region });
    await aws.call('events', 'PutTargets', { Rule: Name, Targets: [Target] }, { region });
  }
}

/** An hour-old event must start nothing: the rule gives up after this, and the first state asks again. */
const RetryPolicy = { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 10 };

const runsHere = ({ controlRegions }: Failover, region: Region) => controlRegions.includes(region);

/** A red alarm starts a run; so does a failed canary, without waiting for metric and alarm: best effort, so never the only one. */
function startRules(failover: Failover, region: Region) {
  const watched = watchedTargets(failover);
  const Target = { ...startTarget(failover, region), RetryPolicy };
  return [
    {
      Name: `${failover.name}-alarm`,
      EventPattern: JSON.stringify({
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        detail: {
          alarmName: watched.map(({ service, region }) => alarmName(failover, service.name, region)),
          state: { value: ['ALARM'] },
        },
      }),
      Target,
    },
    {
      Name: `${failover.name}-canary-run`,
      EventPattern: JSON.stringify({
        source: ['aws.synthetics'],
        'detail-type': ['Synthetics Canary TestRun Failure'],
        detail: {
          'canary-name': watched.flatMap(({ service, region }) =>
            region === null ? [] : [canaryName(service.name, region)],
          ),
        },
      }),
      Target,
    },
  ];
}

/** The machine of the same region; an observer that has none tells the first region that has one. */
function startTarget(failover: Failover, region: Region) {
  const { name, account, controlRegions } = failover;
  const role = (purpose: string) => `arn:aws:iam::${account}:role/${name}-${purpose}`;
  if (runsHere(failover, region))
    return { Id: 'failover', Arn: stateMachineArn(failover, region), RoleArn: role('start') };
  const bus = `arn:aws:events:${controlRegions[0]}:${account}:event-bus/default`;
  return { Id: 'forward', Arn: bus, RoleArn: role('forward') };
}

function controlRules(failover: Failover, region: Region) {
  return [
    {
      Name: `${failover.name}-reconcile`,
      ScheduleExpression: 'rate(1 minute)',
      Target: { Id: 'reconcile', Arn: functionArn(failover, region, 'reconcile') },
    },
    {
      // No Catch sees these: a run that was stopped, ran out of time or broke in Step Functions itself never concludes.
      Name: `${failover.name}-run-lost`,
      EventPattern: JSON.stringify({
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [stateMachineArn(failover, region)],
          $or: [{ status: ['TIMED_OUT', 'ABORTED'] }, { status: ['FAILED'], error: [{ prefix: 'States.' }] }],
        },
      }),
      Target: {
        Id: 'critical',
        Arn: topicArn(failover, region, 'critical'),
        InputTransformer: {
          InputPathsMap: { execution: '$.detail.executionArn', status: '$.detail.status' },
          InputTemplate:
            '"Understudy: <execution> ended as <status> and could not conclude. See docs/runbook.md, A run could not be concluded."',
        },
      },
    },
  ];
}
