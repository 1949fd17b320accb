import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { Ledger } from '../constructs/ledger.ts';

export interface LedgerStackProps {
  readonly failover: Failover;
}

/**
 * The ledger by itself. It is kept when its stack goes, under the name that the configuration gives it: beside a hundred things that
 * may fail, the first deployment that fails would leave a table, and every other one would find the name taken.
 */
export class LedgerStack extends Stack {
  constructor(scope: Construct, id: string, { failover }: LedgerStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region: failover.ledger.region },
      description: 'Understudy: the ledger.',
      terminationProtection: true,
    });
    new Ledger(this, 'Ledger', { failover });
  }
}
