import { rollbackPayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { rollback } from './steps/rollback.ts';
import { ledger, levers, vantages } from './wiring.ts';

export const handler = stepHandler('rollback', rollbackPayload, rollback, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
}));
