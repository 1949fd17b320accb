import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, MultiRegionConsistency, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';

export interface LedgerProps {
  readonly failover: Failover;
}

/**
 * The table of epochs, leases and decisions. It outlives its stack: it is the record of what was done. Where the
 * configuration names replicas it is one strongly consistent table over three regions, for a lock on a table that
 * replicates later is no lock. Consistency is chosen when the table is made and cannot be changed.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class Ledger extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { failover }: LedgerProps) {
    super(scope, id);
    const { tableName, replicas, witness } = failover.ledger;
    this.table = new TableV2(this, 'Table', {
      tableName,
      partitionKey: { name: 'service', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      ...(replicas.length > 0 && {
        replicas: replicas.map((region) => ({ region })),
        multiRegionConsistency: MultiRegionConsistency.STRONG,
        ...(witness !== undefined && { witnessRegion: witness }),
      }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
