import { verifyPayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { verify } from './steps/verify.ts';
import { ledger, levers, vantages } from './wiring.ts';

export const handler = stepHandler('verify', verifyPayload, verify, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
}));
