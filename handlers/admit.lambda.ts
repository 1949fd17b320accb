import { stepHandler } from './step-handler.ts';
import { admitPayload } from './steps/admit.payload.ts';
import { admit } from './steps/admit.ts';
import { executions } from './wiring/executions.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';

export const handler = stepHandler('admit', admitPayload, admit, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  executions: executions(),
}));
