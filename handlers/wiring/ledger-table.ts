import { randomUUID } from 'node:crypto';
import { ledgerRegion } from '../../deployment/names.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import { ledgerClient } from '../adapters/ledger.dynamodb.ts';
import type { Wiring } from '../wiring.ts';

const clientIn = byRegion(ledgerClient);

/** The table for whatever a function keeps in it: all of that goes over the same connections. */
export const ledgerTable = ({ failover, region }: Wiring) => ({
  client: clientIn(ledgerRegion(failover, region)),
  tableName: failover.ledger.tableName,
  newVersion: randomUUID,
});
