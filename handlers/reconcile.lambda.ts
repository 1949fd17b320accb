import * as z from 'zod';
import type { Failover } from '../core/service.ts';
import { stepHandler } from './step-handler.ts';
import { type Reconciled, type ReconcilePorts, reconcile, type Sightings } from './steps/reconcile.ts';
import { alarms } from './wiring/alarms.ts';
import { arrivals } from './wiring/arrivals.ts';
import { drillAlarms } from './wiring/drill-alarms.ts';
import { evacuations } from './wiring/evacuations.ts';
import { executions } from './wiring/executions.ts';
import { hooks } from './wiring/hooks.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';
import { notifiers } from './wiring/notifiers.ts';
import { starter } from './wiring/starter.ts';
import { users } from './wiring/users.ts';

/** Started by a schedule, whose event says nothing that matters. */
export const handler = stepHandler('reconcile', z.unknown(), lookAfter, (wiring) => ({
  ledger: ledger(wiring),
  drillAlarms: drillAlarms(wiring),
  levers: levers(wiring),
  alarms: alarms(wiring),
  arrivals: arrivals(),
  starter: starter(wiring),
  notifiers: notifiers(wiring),
  evacuations: evacuations(wiring),
  executions: executions(),
  hooks: hooks(wiring),
  users: users(wiring),
}));

/** For as long as the container lives; another one asks anew. */
const seen: Sightings = new Map();

function lookAfter(_event: unknown, ports: ReconcilePorts, failover: Failover): Promise<readonly Reconciled[]> {
  return reconcile(ports, failover, seen);
}
