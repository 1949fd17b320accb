import { preparePayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { prepare } from './steps/prepare.ts';
import { hooks, ledger } from './wiring.ts';

export const handler = stepHandler('prepare', preparePayload, prepare, (wiring) => ({
  ledger: ledger(wiring),
  hooks: hooks(),
}));
