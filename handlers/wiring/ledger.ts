import { systemClock } from '../adapters/clock.ts';
import { dynamoLedger } from '../adapters/ledger.dynamodb.ts';
import type { Ledger } from '../ports.ts';
import { wait } from '../wait.ts';
import type { Wiring } from '../wiring.ts';
import { ledgerTable } from './ledger-table.ts';

export const ledger = (wiring: Wiring): Ledger =>
  dynamoLedger({ ...ledgerTable(wiring), clock: systemClock, random: Math.random, wait });
