import { setTimeout as wait } from 'node:timers/promises';
import { type Region, region } from '../core/brand.ts';
import { regionNames } from '../core/service.ts';
import { regionStoresOf } from '../handlers/adapters/region-stores.kvs.ts';
import type { LeavePorts } from '../handlers/steps/region/leave.ts';
import { type Invocation, reasonOf, UsageError } from './command.ts';
import type { Connection } from './connection.ts';
import { vantagesOf } from './vantages.ts';

/** What a person's command on a whole region works with: the ports of the functions, bound to this person's credentials. */
export function regionPorts(connection: Connection, say: (text: string) => void): LeavePorts {
  const { failover, ledger, lever, now } = connection;
  return {
    clock: { now },
    wait: (ms) => wait(ms),
    log: { warn: (message, facts) => say(`${message}: ${JSON.stringify(facts)}`) },
    ledger,
    levers: lever,
    vantages: vantagesOf(connection),
    regionStores: regionStoresOf(failover.services, connection.region),
  };
}

/** Throws `UsageError` where no service has it. */
export function regionOf(name: string, { failover }: Pick<Connection, 'failover'>): Region {
  const known = [...new Set(failover.services.flatMap(regionNames))];
  if (known.includes(region(name))) return region(name);
  throw new UsageError(`no service has a region ${name}; they have ${known.join(', ')}`);
}

/** What concerns callers of many services is never done without a word why. */
export function reasonGiven(invocation: Invocation): string {
  const reason = reasonOf(invocation)?.trim();
  if (reason) return reason;
  throw new UsageError('say why, with --reason "…": it stands in the record, and whoever is kept out reads it');
}
