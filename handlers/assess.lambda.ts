import { stepHandler } from './step-handler.ts';
import { assessPayload } from './steps/assess.payload.ts';
import { weigh } from './steps/weigh.ts';
import { alarms } from './wiring/alarms.ts';
import { drillAlarms } from './wiring/drill-alarms.ts';
import { hooks } from './wiring/hooks.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';
import { users } from './wiring/users.ts';
import { vantages } from './wiring/vantages.ts';

export const handler = stepHandler('assess', assessPayload, weigh, (wiring) => ({
  ledger: ledger(wiring),
  drillAlarms: drillAlarms(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
  alarms: alarms(wiring),
  users: users(wiring),
  hooks: hooks(wiring),
}));
