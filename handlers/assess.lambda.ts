import { assessPayload } from './parse/payload.ts';
import { stepHandler } from './step-handler.ts';
import { assess } from './steps/assess.ts';
import { alarms, hooks, ledger, levers, vantages } from './wiring.ts';

export const handler = stepHandler('assess', assessPayload, assess, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
  alarms: alarms(wiring),
  hooks: hooks(),
}));
