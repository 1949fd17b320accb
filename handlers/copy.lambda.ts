import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Failover } from '../core/service.ts';
import { copyPageFile } from '../deployment/functions.ts';
import { stepHandler } from './step-handler.ts';
import { type CopyPorts, copyState, type Remembered } from './steps/copy-state.ts';
import { alarms } from './wiring/alarms.ts';
import { copies } from './wiring/copies.ts';
import { ledger } from './wiring/ledger.ts';
import { levers } from './wiring/levers.ts';
import { users } from './wiring/users.ts';

/** Started by a schedule, whose event says nothing that matters. */
export const handler = stepHandler('copy', z.unknown(), write, (wiring) => ({
  ledger: ledger(wiring),
  levers: levers(wiring),
  alarms: alarms(wiring),
  users: users(wiring),
  copies: copies(wiring),
  region: wiring.region,
  page: readFileSync(new URL(copyPageFile, import.meta.url), 'utf8'),
}));

/** For as long as the container lives; another one asks anew. */
const memory = new Map<string, Remembered>();

function write(_event: unknown, ports: CopyPorts, failover: Failover) {
  return copyState(ports, failover, memory);
}
