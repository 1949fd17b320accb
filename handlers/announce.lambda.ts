import { announcePayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { announce } from './steps/announce.ts';
import { ledger, notifiers } from './wiring.ts';

export const handler = stepHandler('announce', announcePayload, announce, (wiring) => ({
  ledger: ledger(wiring),
  notifiers: notifiers(wiring),
}));
