import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { describedBy } from '../../deployment/runbook.ts';

/** What an alarm of a control region watches. */
export interface Watch {
  readonly name: string;
  readonly fact: string;
  /** Anchor of docs/runbook.md. */
  readonly article: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: 'Sum' | 'Minimum';
  readonly periodSeconds: number;
  /** Periods in a row. */
  readonly periods: number;
  readonly red: 'at least one' | 'less than one' | { readonly atLeast: number };
  /** What silence means: that nothing happened, or that what should happen every minute does not. */
  readonly missing: 'notBreaching' | 'breaching';
  /** Whether it wakes people, as it does where this is left out. */
  readonly severity?: 'critical' | 'info';
}

export interface WatchAlarmProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly watch: Watch;
  /** ARNs of the topics. */
  readonly told: Readonly<Record<'critical' | 'info', string>>;
}

/** Tells people by topics, without any function of ours. */
export function watchAlarm(scope: Construct, { failover, region, watch, told }: WatchAlarmProps): CfnAlarm {
  return new CfnAlarm(scope, watch.name, {
    alarmName: `${failover.name}-${watch.name}`,
    alarmDescription: describedBy(failover, `${watch.fact} in ${region}`, watch.article),
    namespace: watch.namespace,
    metricName: watch.metric,
    dimensions: [{ name: watch.dimension[0], value: watch.dimension[1] }],
    statistic: watch.statistic,
    period: watch.periodSeconds,
    evaluationPeriods: watch.periods,
    datapointsToAlarm: watch.periods,
    threshold: typeof watch.red === 'object' ? watch.red.atLeast : 1,
    comparisonOperator: watch.red === 'less than one' ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
    treatMissingData: watch.missing,
    alarmActions: [told[watch.severity ?? 'critical']],
    okActions: [told.info],
  });
}
