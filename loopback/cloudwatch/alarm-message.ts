import type { Alarm, AlarmState, MetricAlarm } from './alarm.ts';
import { metricQueryId } from './alarm-description.ts';
import { timestamp } from './alarm-reason.ts';

export interface StateChange {
  readonly alarm: Alarm;
  readonly previous: AlarmState;
}

/** Where an alarm lives. */
export interface Home {
  readonly region: string;
  readonly account: string;
}

/**
 * `detail` of the event `CloudWatch Alarm State Change`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function eventDetail({ alarm, previous }: StateChange): object {
  return {
    alarmName: alarm.name,
    configuration: configuration(alarm),
    previousState: stateDetail(previous),
    state: stateDetail(alarm.state),
  };
}

/**
 * What a Lambda function gets that is an alarm's action.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export function lambdaPayload({ alarm, previous }: StateChange, home: Home): object {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: home.account,
    time: timestamp(alarm.state.transitionedAt),
    region: home.region,
    alarmData: {
      alarmName: alarm.name,
      state: stateDetail(alarm.state),
      previousState: stateDetail(previous),
      configuration: configuration(alarm),
    },
  };
}

/** The JSON that an alarm publishes to a topic. */
export function topicMessage({ alarm, previous }: StateChange, home: Home): object {
  const shared = {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: home.account,
    ...(alarm.type === 'MetricAlarm' ? { AlarmConfigurationUpdatedTimestamp: timestamp(alarm.configuredAt) } : {}),
    NewStateValue: alarm.state.value,
    NewStateReason: alarm.state.reason,
    StateChangeTime: timestamp(alarm.state.transitionedAt),
    Region: regionTitle(home.region),
    AlarmArn: alarm.arn,
    // No alarm has a mute window here.
    ...(alarm.type === 'MetricAlarm' ? { ActionExecutedAfterMuteWindow: false } : {}),
    OldStateValue: previous.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
  };
  if (alarm.type === 'CompositeAlarm') {
    return {
      ...shared,
      AlarmRule: alarm.ruleText,
      TriggeringChildren: (alarm.state.triggeredBy ?? []).map(({ arn, state }) => ({
        Arn: arn,
        State: { Value: state.value, Timestamp: state.timestamp },
      })),
    };
  }
  return { ...shared, Trigger: trigger(alarm) };
}

/** `ALARM: "name" in US East (N. Virginia)`, cut to the 100 characters that a subject may have. */
export function topicSubject({ alarm }: StateChange, { region }: Home): string {
  const around = `${alarm.state.value}: "" in ${regionTitle(region)}`;
  const room = 100 - around.length;
  // A subject is printable ASCII; a name need not be.
  const name = alarm.name.replaceAll(/[^\x20-\x7e]/g, '?');
  const fitting = name.length <= room ? name : `${name.slice(0, room - 3)}...`;
  return `${alarm.state.value}: "${fitting}" in ${regionTitle(region)}`;
}

function stateDetail(state: AlarmState): object {
  return {
    value: state.value,
    reason: state.reason,
    ...(state.reasonData === undefined ? {} : { reasonData: state.reasonData }),
    timestamp: timestamp(state.transitionedAt),
  };
}

function configuration(alarm: Alarm): object {
  const described = alarm.description === undefined ? {} : { description: alarm.description };
  if (alarm.type === 'CompositeAlarm') return { ...described, alarmRule: alarm.ruleText };
  const { namespace, name, dimensions } = alarm.metric;
  return {
    ...described,
    metrics: [
      {
        id: metricQueryId(alarm),
        metricStat: {
          metric: {
            namespace,
            name,
            dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
          },
          period: alarm.period,
          stat: alarm.statistic,
          ...(alarm.unit === undefined ? {} : { unit: alarm.unit }),
        },
        returnData: true,
      },
    ],
  };
}

function trigger(alarm: MetricAlarm): object {
  const statistic = alarm.extended
    ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: alarm.statistic }
    : { StatisticType: 'Statistic', Statistic: alarm.statistic.toUpperCase() };
  return {
    MetricName: alarm.metric.name,
    Namespace: alarm.metric.namespace,
    ...statistic,
    Unit: alarm.unit ?? null,
    Dimensions: alarm.metric.dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(alarm.datapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.datapointsToAlarm }),
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData ?? '',
    EvaluateLowSampleCountPercentile: '',
  };
}

const titles: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
};

function regionTitle(region: string): string {
  return titles[region] ?? region;
}
