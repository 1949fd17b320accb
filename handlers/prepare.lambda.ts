import { stepHandler } from './step-handler.ts';
import { preparePayload } from './steps/prepare.payload.ts';
import { prepare } from './steps/prepare.ts';
import { hooks } from './wiring/hooks.ts';
import { ledger } from './wiring/ledger.ts';

export const handler = stepHandler('prepare', preparePayload, prepare, (wiring) => ({
  ledger: ledger(wiring),
  hooks: hooks(wiring),
}));
