import { createHash } from 'node:crypto';
import type {
  CompositeAlarm as DescribedCompositeAlarm,
  MetricAlarm as DescribedMetricAlarm,
  PutCompositeAlarmCommandInput,
  PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { type AlarmRule, parseAlarmRule } from './alarm-rule.ts';
import { invalidCombination, invalidValue, missing, validation } from './error.ts';
import { checkedStatistic, metricId, metricStat } from './metric-query.ts';
import type { MetricId } from './metric-store.ts';
import type { Comparison, MissingData, StateValue } from './threshold.ts';

export type Alarm = MetricAlarm | CompositeAlarm;

interface Common {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  readonly configuredAt: number;
  readonly state: AlarmState;
}

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  readonly reasonData?: string | undefined;
  /** Of a composite alarm: the children that brought it into this state. */
  readonly triggeredBy?: readonly TriggeringAlarm[] | undefined;
  /** When the reason last changed. */
  readonly updatedAt: number;
  /** When the value last changed. */
  readonly transitionedAt: number;
}

export interface TriggeringAlarm {
  readonly arn: string;
  readonly state: { readonly value: StateValue; readonly timestamp: string };
}

export interface MetricAlarm extends Common {
  readonly type: 'MetricAlarm';
  readonly metric: MetricId;
  /** Given as `Metrics` with one `MetricStat`, not as `MetricName`: described the same way. */
  readonly queryId: string | undefined;
  readonly statistic: string;
  readonly extended: boolean;
  readonly period: number;
  readonly unit: string | undefined;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number | undefined;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData: MissingData | undefined;
}

export interface CompositeAlarm extends Common {
  readonly type: 'CompositeAlarm';
  readonly ruleText: string;
  readonly rule: AlarmRule;
}

export const initialReason = 'Unchecked: Initial alarm creation';

export function metricAlarm(
  input: PutMetricAlarmCommandInput,
  { arn, now, existing }: { arn: string; now: number; existing: Alarm | undefined },
): MetricAlarm {
  if (existing?.type === 'CompositeAlarm') throw validation(`${input.AlarmName} is the name of a composite alarm.`);
  const { EvaluationPeriods: evaluationPeriods, DatapointsToAlarm: datapointsToAlarm } = input;
  if (evaluationPeriods === undefined) throw missing('EvaluationPeriods');
  if (evaluationPeriods < 1) throw invalidValue('The parameter EvaluationPeriods must be at least 1.');
  if (datapointsToAlarm !== undefined && (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)) {
    throw invalidValue('The parameter DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  }
  if (input.ThresholdMetricId !== undefined) throw validation('Anomaly detection is not played by the sandbox.');
  if (input.Threshold === undefined) throw missing('Threshold');
  const watched = watchedMetric(input);
  checkedAlarmPeriod(watched.period, evaluationPeriods);
  return {
    ...common(input, { arn, now, existing }),
    ...watched,
    type: 'MetricAlarm',
    evaluationPeriods,
    datapointsToAlarm,
    threshold: input.Threshold,
    comparison: checkedComparison(input.ComparisonOperator),
    treatMissingData: checkedTreatment(input.TreatMissingData),
  };
}

export function compositeAlarm(
  input: PutCompositeAlarmCommandInput,
  { arn, now, existing }: { arn: string; now: number; existing: Alarm | undefined },
): CompositeAlarm {
  if (existing?.type === 'MetricAlarm') throw validation(`${input.AlarmName} is the name of a metric alarm.`);
  if (!input.AlarmRule) throw missing('AlarmRule');
  if (input.ActionsSuppressor !== undefined) throw validation('ActionsSuppressor is not played by the sandbox.');
  return {
    ...common(input, { arn, now, existing }),
    type: 'CompositeAlarm',
    ruleText: input.AlarmRule,
    rule: parseAlarmRule(input.AlarmRule),
  };
}

/** What an alarm configures where it does not say: `missing`, except for DynamoDB's metrics. */
export function missingDataTreatment(alarm: MetricAlarm): MissingData {
  return alarm.treatMissingData ?? (alarm.metric.namespace === 'AWS/DynamoDB' ? 'ignore' : 'missing');
}

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

type CommonInput = Pick<
  PutMetricAlarmCommandInput,
  'AlarmName' | 'AlarmDescription' | 'ActionsEnabled' | 'OKActions' | 'AlarmActions' | 'InsufficientDataActions'
>;

function common(
  input: CommonInput,
  { arn, now, existing }: { arn: string; now: number; existing: Alarm | undefined },
): Common {
  if (!input.AlarmName) throw missing('AlarmName');
  if (input.AlarmName.length > 255) throw validation('The alarm name must not be longer than 255 characters.');
  const actions = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  };
  for (const arns of Object.values(actions)) {
    if (arns.length > 5) throw validation('At most 5 actions are allowed for a state.');
    for (const action of arns) checkedAction(action);
  }
  return {
    name: input.AlarmName,
    arn,
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled ?? true,
    actions,
    configuredAt: now,
    state: existing?.state ?? {
      value: 'INSUFFICIENT_DATA',
      reason: initialReason,
      updatedAt: now,
      transitionedAt: now,
    },
  };
}

/** The sandbox can run two kinds of actions; another kind would be an alarm that silently does nothing. */
function checkedAction(action: string): void {
  if (/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:\S+$/.test(action)) return;
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:\S+$/.test(action)) return;
  throw validation(`Invalid or unplayed action ${action}: the sandbox plays SNS topics and Lambda functions.`);
}

function watchedMetric(
  input: PutMetricAlarmCommandInput,
): Pick<MetricAlarm, 'metric' | 'queryId' | 'statistic' | 'extended' | 'period' | 'unit'> {
  if (input.Metrics !== undefined) {
    if (input.MetricName !== undefined) throw invalidCombination('MetricName', 'Metrics');
    const [only, ...others] = input.Metrics;
    if (only?.MetricStat === undefined || !only.Id || others.length > 0) {
      throw validation('Metric math is not played by the sandbox: Metrics must be one query with a MetricStat.');
    }
    const { metric, period, stat, unit } = metricStat(only.MetricStat);
    return { metric, period, unit, statistic: stat, extended: false, queryId: only.Id };
  }
  const { Statistic: plain, ExtendedStatistic: extended } = input;
  if (plain !== undefined && extended !== undefined) throw invalidCombination('Statistic', 'ExtendedStatistic');
  if (input.Period === undefined) throw missing('Period');
  return {
    metric: metricId(input),
    queryId: undefined,
    statistic: checkedStatistic(plain ?? extended),
    extended: extended !== undefined,
    period: input.Period,
    unit: input.Unit,
  };
}

const oneDay = 86_400;
const oneWeek = 7 * oneDay;

/** 10, 20, 30 or whole minutes; in all no more than a day, or a week where a period is an hour or longer. */
function checkedAlarmPeriod(period: number, evaluationPeriods: number): void {
  if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0)) {
    throw invalidValue('The parameter Period must be 10, 20, 30 or a multiple of 60.');
  }
  const longest = period >= 3600 ? oneWeek : oneDay;
  if (period * evaluationPeriods > longest) {
    throw validation(`Metrics cannot be checked across more than ${longest} seconds (EvaluationPeriods * Period).`);
  }
}

const comparisons = new Set<string>([
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]);

function checkedComparison(operator: string | undefined): Comparison {
  if (operator === undefined) throw missing('ComparisonOperator');
  if (!comparisons.has(operator)) {
    throw validation(
      `ComparisonOperator ${operator} is not played by the sandbox: ${[...comparisons].join(', ')} are.`,
    );
  }
  return operator as Comparison;
}

const treatments = new Set<string>(['missing', 'ignore', 'breaching', 'notBreaching']);

function checkedTreatment(treatment: string | undefined): MissingData | undefined {
  if (treatment !== undefined && !treatments.has(treatment)) {
    throw validation(`Option ${treatment} is not supported for TreatMissingData.`);
  }
  return treatment as MissingData | undefined;
}
