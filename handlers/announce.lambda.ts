import { stepHandler } from './step-handler.ts';
import { announcePayload } from './steps/announce.payload.ts';
import { announce } from './steps/announce.ts';
import { ledger } from './wiring/ledger.ts';
import { notifiers } from './wiring/notifiers.ts';

export const handler = stepHandler('announce', announcePayload, announce, (wiring) => ({
  ledger: ledger(wiring),
  notifiers: notifiers(wiring),
}));
