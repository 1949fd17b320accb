import { stepHandler } from './step-handler.ts';
import { approvePayload } from './steps/approve.payload.ts';
import { approve } from './steps/approve.ts';
import { ledger } from './wiring/ledger.ts';
import { notifiers } from './wiring/notifiers.ts';

export const handler = stepHandler('approve', approvePayload, approve, (wiring) => ({
  ledger: ledger(wiring),
  notifiers: notifiers(wiring),
}));
