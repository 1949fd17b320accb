import type { BeaconLeverConfig } from '../core/lever.ts';

/*
 * A beacon's metric and alarm, as whoever writes, deploys or reads them needs them. Constants are those that Route 53 can
 * follow: standard resolution, a plain statistic, one datapoint of one, no metric math.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_AlarmIdentifier.html
 */

export const beaconMetric = ({ namespace }: Pick<BeaconLeverConfig, 'namespace'>, service: string) => ({
  Namespace: namespace,
  MetricName: 'Beacon',
  Dimensions: [{ Name: 'Service', Value: service }],
});

/** In ALARM the standby serves. Without a new datum it stays as it is, so what was written last holds. */
export const beaconAlarm = {
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  DatapointsToAlarm: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'ignore',
} as const;

export const beaconInsufficientData = 'LastKnownStatus';
