import { stepHandler } from './step-handler.ts';
import { decidePayload } from './steps/decide.payload.ts';
import { decide } from './steps/decide.ts';
import { ledger } from './wiring/ledger.ts';

export const handler = stepHandler('decide', decidePayload, decide, (wiring) => ({
  ledger: ledger(wiring),
}));
