import { dynamoCards } from '../adapters/cards.dynamodb.ts';
import type { Cards } from '../ports.ts';
import type { Wiring } from '../wiring.ts';
import { ledgerTable } from './ledger-table.ts';

export const cards = (wiring: Wiring): Cards => dynamoCards(ledgerTable(wiring));
