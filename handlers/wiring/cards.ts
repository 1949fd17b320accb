import { randomUUID } from 'node:crypto';
import { ledgerRegion } from '../../deployment/names.ts';
import { dynamoCards } from '../adapters/cards.dynamodb.ts';
import { ledgerClient } from '../adapters/ledger.dynamodb.ts';
import type { Cards } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export const cards = ({ failover, region }: Wiring): Cards =>
  dynamoCards({
    client: ledgerClient(ledgerRegion(failover, region)),
    tableName: failover.ledger.tableName,
    newVersion: randomUUID,
  });
