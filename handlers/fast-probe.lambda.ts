import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { burst } from '../synthetics/burst.ts';
import { flagsFromHere } from '../synthetics/flag.ts';
import { fromHere } from '../synthetics/from-here.ts';
import { aimOf } from '../synthetics/vantage-contract.ts';
import type { Aim } from './ports.ts';
import { stepHandler } from './step-handler.ts';
import { type FastProbePorts, fastProbe, type Suspicion } from './steps/fast-probe.ts';
import { wait } from './wait.ts';
import { ledger } from './wiring/ledger.ts';
import { nearestStarter } from './wiring/starter.ts';

/** Started by a schedule every minute, and runs for one. */
export const handler = stepHandler('fast-probe', z.unknown(), watchForAMinute, (wiring) => ({
  ledger: ledger(wiring),
  starter: nearestStarter(wiring),
  observer: wiring.region,
  look: (aims: readonly Aim[]) => lookFrom(wiring.region, aims),
}));

function watchForAMinute(
  _event: unknown,
  ports: FastProbePorts & { readonly observer: Region },
  failover: Failover,
): Promise<readonly Suspicion[]> {
  return fastProbe(ports, failover, ports.observer);
}

function lookFrom(observer: Region, aims: readonly Aim[]) {
  const ports = { now: Date.now, wait, unique: randomUUID, ask: fromHere(), flag: flagsFromHere() };
  return burst(observer, aims.map(aimOf), { count: 1, intervalMs: 0 }, ports);
}
