import { admitPayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { admit } from './steps/admit.ts';
import { executions, ledger, levers } from './wiring.ts';

export const handler = stepHandler('admit', admitPayload, admit, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  executions: executions(),
}));
