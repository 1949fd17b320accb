import { createHash } from 'node:crypto';
import type {
  CompositeAlarm as DescribedCompositeAlarm,
  MetricAlarm as DescribedMetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import type { Alarm, MetricAlarm } from './alarm.ts';
import type { MetricId } from './metric-store.ts';

/** As DescribeAlarms shows it: what was not configured is not there. */
export function described(alarm: Alarm): DescribedMetricAlarm & DescribedCompositeAlarm {
  const shared = {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(alarm.description === undefined ? {} : { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    StateValue: alarm.state.value,
    StateReason: alarm.state.reason,
    ...(alarm.state.reasonData === undefined ? {} : { StateReasonData: alarm.state.reasonData }),
    StateUpdatedTimestamp: new Date(alarm.state.updatedAt),
    StateTransitionedTimestamp: new Date(alarm.state.transitionedAt),
  };
  if (alarm.type === 'CompositeAlarm') return { ...shared, AlarmRule: alarm.ruleText };
  const { metric, unit, datapointsToAlarm, treatMissingData } = alarm;
  return {
    ...shared,
    ...describedMetric(alarm, metric, unit),
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(datapointsToAlarm === undefined ? {} : { DatapointsToAlarm: datapointsToAlarm }),
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    ...(treatMissingData === undefined ? {} : { TreatMissingData: treatMissingData }),
  };
}

/** The id that events give to an alarm's metric: one alarm always has the same. */
export function metricQueryId(alarm: MetricAlarm): string {
  if (alarm.queryId !== undefined) return alarm.queryId;
  const hex = createHash('sha256').update(alarm.arn).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function describedMetric(alarm: MetricAlarm, metric: MetricId, unit: string | undefined): DescribedMetricAlarm {
  const dimensions = metric.dimensions.map((dimension) => ({ ...dimension }));
  const named = unit === undefined ? {} : { Unit: unit as NonNullable<DescribedMetricAlarm['Unit']> };
  if (alarm.queryId !== undefined) {
    const Metric = { Namespace: metric.namespace, MetricName: metric.name, Dimensions: dimensions };
    return {
      Metrics: [
        {
          Id: alarm.queryId,
          MetricStat: { Metric, Period: alarm.period, Stat: alarm.statistic, ...named },
          ReturnData: true,
        },
      ],
    };
  }
  return {
    Namespace: metric.namespace,
    MetricName: metric.name,
    Dimensions: dimensions,
    Period: alarm.period,
    ...(alarm.extended
      ? { ExtendedStatistic: alarm.statistic }
      : { Statistic: alarm.statistic as NonNullable<DescribedMetricAlarm['Statistic']> }),
    ...named,
  };
}
