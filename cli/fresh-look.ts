import { regionNames, type Service } from '../core/service.ts';
import type { FreshLook } from '../core/standings.ts';
import { aimAtControl, aimsAtFrontDoor, aimsAtRegion, lookFromEverywhere } from '../handlers/steps/look.ts';
import { wait } from '../handlers/wait.ts';
import type { Connection } from './connection.ts';
import { vantagesOf } from './vantages.ts';

/** The observers' own functions probe regions and front door, as they do for a run. Never rejects: who cannot be asked is silent. */
export function freshLooks({
  failover,
  endpoint,
  now,
}: Pick<Connection, 'failover' | 'endpoint' | 'now'>): (service: Service) => Promise<FreshLook> {
  const vantages = vantagesOf({ failover, endpoint });
  return async (service) => {
    const aims = [
      ...regionNames(service).flatMap((region) => aimsAtRegion(service, region)),
      ...aimsAtFrontDoor(service),
      aimAtControl(failover, service),
    ];
    const { count, intervalMs } = service.policy.burst;
    const burst = { count, intervalMs: Math.min(intervalMs, personsMs) };
    const looked = await lookFromEverywhere(failover.observers, aims, burst, { vantages, wait });
    return { at: now(), ...looked };
  };
}

/** Between two probes: a person waits. */
const personsMs = 200;

/** How many reads through the front door each region answered well, and how many nobody did. */
export interface Served {
  readonly by: Readonly<Record<string, number>>;
  readonly failed: number;
}

export function servedIn({ observations }: FreshLook): Served {
  const by: Record<string, number> = {};
  let failed = 0;
  for (const { target, outcome } of observations) {
    if (target.kind !== 'front-door' || target.request === 'write') continue;
    if (outcome.kind === 'bad') failed++;
    else if (outcome.servedBy !== null) by[outcome.servedBy] = (by[outcome.servedBy] ?? 0) + 1;
  }
  return { by, failed };
}
