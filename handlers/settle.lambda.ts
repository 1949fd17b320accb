import { stepHandler } from './step-handler.ts';
import { settlePayload } from './steps/settle.payload.ts';
import { settle } from './steps/settle.ts';
import { hooks } from './wiring/hooks.ts';
import { ledger } from './wiring/ledger.ts';
import { notifiers } from './wiring/notifiers.ts';

export const handler = stepHandler('settle', settlePayload, settle, (wiring) => ({
  ledger: ledger(wiring),
  hooks: hooks(wiring),
  notifiers: notifiers(wiring),
}));
