import type { BeaconLeverConfig } from '../core/lever.ts';
import type { Failover } from '../core/service.ts';
import { metricsNamespace } from './names.ts';

/*
 * A beacon's metric and alarm, as whoever writes, deploys or reads them needs them. Constants are those that Route 53 can
 * follow: standard resolution, a plain statistic, one datapoint of one, no metric math.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_AlarmIdentifier.html
 */

/** The configuration with a namespace for every beacon that names none: the deployment's own, which no other one may write into. */
export const withBeaconNamespaces = (failover: Failover): Failover => ({
  ...failover,
  services: failover.services.map((service) => {
    const { lever } = service;
    if (lever.kind !== 'beacon') return service;
    return { ...service, lever: { ...lever, namespace: lever.namespace ?? `${metricsNamespace(failover)}/Beacon` } };
  }),
});

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
