import { approvePayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { approve } from './steps/approve.ts';
import { ledger } from './wiring/ledger.ts';
import { notifiers } from './wiring/notifiers.ts';

export const handler = stepHandler('approve', approvePayload, approve, (wiring) => ({
  ledger: ledger(wiring),
  notifiers: notifiers(wiring),
}));
