import type { PutCompositeAlarmCommandInput, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import {
  checkedAction,
  checkedAlarmPeriod,
  checkedComparison,
  checkedTreatment,
  type Watched,
  watchedMetric,
} from './alarm-input.ts';
import { type AlarmRule, parseAlarmRule } from './alarm-rule.ts';
import { invalidValue, missing, validation } from './error.ts';
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

export interface MetricAlarm extends Common, Watched {
  readonly type: 'MetricAlarm';
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
