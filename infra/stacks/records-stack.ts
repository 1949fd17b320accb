import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Failover, frontHost, type Service } from '../../core/service.ts';
import { BeaconRecords } from '../constructs/beacon-records.ts';
import { ControlRecords } from '../constructs/control-records.ts';
import { tellServices } from '../constructs/services-output.ts';

export interface RecordsStackProps {
  /** With the levers that the deployment makes in it, and with the services whose hosts are of the stack's group. */
  readonly failover: Failover;
}

/** Whether the deployment makes the records of a service's name. */
export const hasRecords = ({ lever }: Service): boolean =>
  lever.kind === 'beacon' || (lever.kind === 'arc' && lever.hostedZone !== undefined);

/**
 * The records that levers move, with the health checks behind them. In one region always and under the name that the record has: a
 * service that is renamed, exchanges its regions or gets another lever keeps its records, because CloudFormation would make the new
 * ones before it deletes the old. Route 53 has no region; us-west-2 is where the levers are.
 * https://github.com/aws/aws-cdk/issues/12564
 */
export class RecordsStack extends Stack {
  constructor(scope: Construct, id: string, { failover }: RecordsStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region: 'us-west-2' },
      description: 'Understudy: the records that are moved.',
      terminationProtection: true,
    });
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    tellServices(this, failover.services);
    for (const service of failover.services) {
      const { lever } = service;
      const hostname = frontHost(service);
      if (lever.kind === 'beacon') {
        new BeaconRecords(this, hostname, { failover, service, hostedZone: lever.hostedZone });
      }
      if (lever.kind === 'arc' && lever.hostedZone !== undefined) {
        const { controls = {}, hostedZone } = lever;
        new ControlRecords(this, hostname, { service, controls, hostedZone });
      }
    }
  }
}
