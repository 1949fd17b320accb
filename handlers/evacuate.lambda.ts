import { stepHandler } from './step-handler.ts';
import { evacuatePayload } from './steps/evacuation/evacuate.payload.ts';
import { evacuate } from './steps/evacuation/evacuate.ts';
import { executions } from './wiring/executions.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';
import { notifiers } from './wiring/notifiers.ts';
import { regionStores } from './wiring/region-stores.ts';
import { runs } from './wiring/runs.ts';
import { vantages } from './wiring/vantages.ts';

export const handler = stepHandler('evacuate', evacuatePayload, evacuate, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  vantages: vantages(wiring),
  notifiers: notifiers(wiring),
  executions: executions(),
  runs: runs(wiring),
  regionStores: regionStores(wiring),
}));
