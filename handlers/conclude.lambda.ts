import { concludePayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { conclude } from './steps/conclude.ts';
import { ledger, notifiers } from './wiring.ts';

export const handler = stepHandler('conclude', concludePayload, conclude, (wiring) => ({
  ledger: ledger(wiring),
  notifiers: notifiers(wiring),
}));
