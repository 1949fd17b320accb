import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import { type BeaconLeverConfig, beaconRegions } from '../../core/lever.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { beaconAlarm, beaconMetric } from '../../deployment/beacon.ts';
import { beaconAlarmName } from '../../deployment/names.ts';
import { describedBy } from '../../deployment/runbook.ts';

export interface BeaconProps {
  readonly failover: Failover;
  readonly service: Service;
  readonly lever: BeaconLeverConfig;
}

/** The services whose beacon stands in a region, because it is their standby's. */
export function beaconsIn({ services }: Failover, region: Region): readonly Omit<BeaconProps, 'failover'>[] {
  return services.flatMap((service) => {
    const { lever } = service;
    if (lever.kind !== 'beacon' || beaconRegions(regionNames(service)).standby !== region) return [];
    return [{ service, lever }];
  });
}

/**
 * An alarm in the standby's region, which a health check follows: while it is red the home region's record counts as unhealthy.
 * Silence changes nothing: what was written last holds.
 */
export class Beacon extends Construct {
  constructor(scope: Construct, id: string, { failover, service, lever }: BeaconProps) {
    super(scope, id);
    const { standby } = beaconRegions(regionNames(service));
    if (lever.periodMs !== beaconAlarm.Period * 1_000) {
      throw new Error(`${service.name}: lever.periodMs must be 60000: Route 53 follows metrics of a minute`);
    }
    const { Namespace, MetricName, Dimensions } = beaconMetric(lever, service.name);
    new Alarm(this, 'Alarm', {
      alarmName: beaconAlarmName(failover, service.name),
      alarmDescription: describedBy(
        failover,
        `${standby} serves ${service.name}, by its beacon`,
        'a-beacon-says-that-the-standby-serves',
      ),
      metric: new Metric({
        namespace: Namespace,
        metricName: MetricName,
        dimensionsMap: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
        statistic: beaconAlarm.Statistic,
        period: Duration.seconds(beaconAlarm.Period),
      }),
      threshold: beaconAlarm.Threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: beaconAlarm.EvaluationPeriods,
      datapointsToAlarm: beaconAlarm.DatapointsToAlarm,
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}
