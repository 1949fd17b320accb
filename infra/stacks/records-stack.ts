import { CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { RecordsPart } from '../constructs/records-part.ts';
import { tellServices } from '../constructs/services-output.ts';

export interface RecordsStackProps {
  /** With the levers that the deployment makes in it, and with the services whose hosts are of the stack's group. */
  readonly failover: Failover;
}

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
    new RecordsPart(this, 'Default', { failover });
  }
}
