import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { Beacon, beaconsIn } from '../constructs/beacon.ts';
import { tellServices } from '../constructs/services-output.ts';

export interface BeaconsStackProps {
  /** With the services of one group. */
  readonly failover: Failover;
  readonly region: Region;
}

/** The alarms behind the beacons of services whose standby is this region: before the health checks that follow them. */
export class BeaconsStack extends Stack {
  constructor(scope: Construct, id: string, { failover, region }: BeaconsStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region },
      description: `Understudy in ${region}: beacons.`,
    });
    tellServices(
      this,
      failover.services.filter(({ lever }) => lever.kind === 'beacon'),
    );
    for (const beacon of beaconsIn(failover, region)) {
      new Beacon(this, `Beacon-${beacon.service.name}`, { failover, ...beacon });
    }
  }
}
