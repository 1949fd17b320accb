import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { beaconAlarm, beaconInsufficientData, beaconMetric } from '../../config/beacon.ts';
import { beaconAlarmName } from '../../config/names.ts';
import { describedBy } from '../../config/runbook.ts';
import type { Region } from '../../core/brand.ts';
import { type BeaconLeverConfig, beaconRegions } from '../../core/lever.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../../core/service.ts';
import { FailoverRecords } from './failover-records.ts';

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
 * An alarm in the standby's region, the health check that follows it and the service's records. While the alarm is red the
 * home region's record counts as unhealthy. Silence changes nothing, here or there: what was written last holds.
 */
export class Beacon extends Construct {
  constructor(scope: Construct, id: string, { failover, service, lever }: BeaconProps) {
    super(scope, id);
    const { standby } = beaconRegions(regionNames(service));
    if (lever.periodMs !== beaconAlarm.Period * 1_000) {
      throw new Error(`${service.name}: lever.periodMs must be 60000: Route 53 follows metrics of a minute`);
    }
    const alarmName = beaconAlarmName(failover, service.name);
    const { Namespace, MetricName, Dimensions } = beaconMetric(lever, service.name);
    const alarm = new Alarm(this, 'Alarm', {
      alarmName,
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
    const check = new CfnHealthCheck(this, 'HealthCheck', {
      healthCheckConfig: {
        type: 'CLOUDWATCH_METRIC',
        alarmIdentifier: { name: alarmName, region: standby },
        insufficientDataHealthStatus: beaconInsufficientData,
      },
      healthCheckTags: [{ key: 'Name', value: alarmName }],
    });
    check.node.addDependency(alarm);
    new FailoverRecords(this, 'Records', {
      service,
      hostedZone: lever.hostedZone,
      healthChecks: { [homeRegion(service)]: check.attrHealthCheckId },
    });
  }
}
