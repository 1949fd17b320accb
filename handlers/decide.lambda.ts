import { decidePayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { decide } from './steps/decide.ts';
import { ledger } from './wiring/ledger.ts';

export const handler = stepHandler('decide', decidePayload, decide, (wiring) => ({
  ledger: ledger(wiring),
}));
