import { stepHandler } from './step-handler.ts';
import { rollbackPayload } from './steps/rollback.payload.ts';
import { rollback } from './steps/rollback.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';
import { vantages } from './wiring/vantages.ts';

export const handler = stepHandler('rollback', rollbackPayload, rollback, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
}));
