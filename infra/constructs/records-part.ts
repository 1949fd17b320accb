import { Construct } from 'constructs';
import { type Failover, frontHost, type Service } from '../../core/service.ts';
import { BeaconRecords } from './beacon-records.ts';
import { ControlRecords } from './control-records.ts';

export interface RecordsPartProps {
  /** With the levers that the deployment makes in it. */
  readonly failover: Failover;
}

/** Whether the deployment makes the records of a service's name. */
export const hasRecords = ({ lever }: Service): boolean =>
  lever.kind === 'beacon' || (lever.kind === 'arc' && lever.hostedZone !== undefined);

/** The records that levers move, with the health checks behind them, under the names that the records have. */
export class RecordsPart extends Construct {
  constructor(scope: Construct, id: string, { failover }: RecordsPartProps) {
    super(scope, id);
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
