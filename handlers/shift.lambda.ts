import { shiftPayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { shift } from './steps/shift.ts';
import { ledger, levers } from './wiring.ts';

export const handler = stepHandler('shift', shiftPayload, shift, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
}));
