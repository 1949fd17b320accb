import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { invalidCombination, invalidValue, missing, validation } from './error.ts';
import { checkedStatistic, metricId, metricStat } from './metric-query.ts';
import type { MetricId } from './metric-store.ts';
import type { Comparison, MissingData } from './threshold.ts';

/** The sandbox can run two kinds of actions; another kind would be an alarm that silently does nothing. */
export function checkedAction(action: string): void {
  if (/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:\S+$/.test(action)) return;
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:\S+$/.test(action)) return;
  throw validation(`Invalid or unplayed action ${action}: the sandbox plays SNS topics and Lambda functions.`);
}

/** The metric of an alarm, and how it is read. */
export interface Watched {
  readonly metric: MetricId;
  /** Given as `Metrics` with one `MetricStat`, not as `MetricName`: described the same way. */
  readonly queryId: string | undefined;
  readonly statistic: string;
  readonly extended: boolean;
  readonly period: number;
  readonly unit: string | undefined;
}

export function watchedMetric(input: PutMetricAlarmCommandInput): Watched {
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
export function checkedAlarmPeriod(period: number, evaluationPeriods: number): void {
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

export function checkedComparison(operator: string | undefined): Comparison {
  if (operator === undefined) throw missing('ComparisonOperator');
  if (!comparisons.has(operator)) {
    throw validation(
      `ComparisonOperator ${operator} is not played by the sandbox: ${[...comparisons].join(', ')} are.`,
    );
  }
  return operator as Comparison;
}

const treatments = new Set<string>(['missing', 'ignore', 'breaching', 'notBreaching']);

export function checkedTreatment(treatment: string | undefined): MissingData | undefined {
  if (treatment !== undefined && !treatments.has(treatment)) {
    throw validation(`Option ${treatment} is not supported for TreatMissingData.`);
  }
  return treatment as MissingData | undefined;
}
