import { stepHandler } from './step-handler.ts';
import { concludePayload } from './steps/conclude.payload.ts';
import { conclude } from './steps/conclude.ts';
import { ledger } from './wiring/ledger.ts';
import { notifiers } from './wiring/notifiers.ts';

export const handler = stepHandler('conclude', concludePayload, conclude, (wiring) => ({
  ledger: ledger(wiring),
  notifiers: notifiers(wiring),
}));
