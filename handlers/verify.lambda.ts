import { stepHandler } from './step-handler.ts';
import { verifyPayload } from './steps/verify.payload.ts';
import { verify } from './steps/verify.ts';
import { drillAlarms } from './wiring/drill-alarms.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';
import { vantages } from './wiring/vantages.ts';

export const handler = stepHandler('verify', verifyPayload, verify, (wiring) => ({
  ledger: ledger(wiring),
  drillAlarms: drillAlarms(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
}));
