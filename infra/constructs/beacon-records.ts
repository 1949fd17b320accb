import { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { beaconRegions, type HostedZone } from '../../core/lever.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../../core/service.ts';
import { beaconInsufficientData } from '../../deployment/beacon.ts';
import { beaconAlarmName } from '../../deployment/names.ts';
import { FailoverRecords } from './failover-records.ts';

export interface BeaconRecordsProps {
  readonly failover: Failover;
  readonly service: Service;
  readonly hostedZone: HostedZone;
}

/** What makes a beacon move traffic: a health check that follows its alarm, and the records behind it. */
export class BeaconRecords extends Construct {
  constructor(scope: Construct, id: string, { failover, service, hostedZone }: BeaconRecordsProps) {
    super(scope, id);
    const { standby } = beaconRegions(regionNames(service));
    const name = beaconAlarmName(failover, service.name);
    const check = new CfnHealthCheck(this, 'HealthCheck', {
      healthCheckConfig: {
        type: 'CLOUDWATCH_METRIC',
        alarmIdentifier: { name, region: standby },
        insufficientDataHealthStatus: beaconInsufficientData,
      },
      healthCheckTags: [{ key: 'Name', value: name }],
    });
    const healthChecks = { [homeRegion(service)]: check.attrHealthCheckId };
    new FailoverRecords(this, 'Records', { service, hostedZone, healthChecks });
  }
}
