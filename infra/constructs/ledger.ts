import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';

export interface LedgerProps {
  readonly failover: Failover;
}

/** The table of epochs, leases and decisions. It outlives its stack: it is the record of what was done. */
export class Ledger extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { failover }: LedgerProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      tableName: failover.ledger.tableName,
      partitionKey: { name: 'service', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
