import { randomUUID } from 'node:crypto';
import { ledgerRegion } from '../../deployment/names.ts';
import { systemClock } from '../adapters/clock.ts';
import { dynamoLedger, ledgerClient } from '../adapters/ledger.dynamodb.ts';
import type { Ledger } from '../ports.ts';
import { wait } from '../wait.ts';
import type { Wiring } from '../wiring.ts';

export function ledger({ failover, region }: Wiring): Ledger {
  return dynamoLedger({
    client: ledgerClient(ledgerRegion(failover, region)),
    tableName: failover.ledger.tableName,
    clock: systemClock,
    random: Math.random,
    wait,
    newVersion: randomUUID,
  });
}
