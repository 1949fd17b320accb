import { stepHandler } from './step-handler.ts';
import { shiftPayload } from './steps/shift.payload.ts';
import { shift } from './steps/shift.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';

export const handler = stepHandler('shift', shiftPayload, shift, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
}));
