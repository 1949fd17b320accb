import { arcClusters, leverOf } from '../adapters/lever.ts';
import { readOnly } from '../adapters/read-only.ts';
import { ConfigurationError } from '../errors.ts';
import type { Lever, Ports } from '../ports.ts';
import { inShadow } from '../steps/in-shadow.ts';
import type { Wiring } from '../wiring.ts';

/** One lever per service, kept: its connections are reused by later invocations. */
export function levers({ failover, region, log }: Wiring): Ports['levers'] {
  const made = new Map<string, Lever>();
  const clusterOf = arcClusters(region, { log });
  for (const service of failover.services) {
    const lever = leverOf(service, region, { log, clusterOf });
    made.set(service.name, service.policy.shadow ? readOnly(lever, inShadow(service)) : lever);
  }
  return ({ name }) => {
    const lever = made.get(name);
    if (lever === undefined) throw new ConfigurationError(`the configuration has no service ${name}`);
    return lever;
  };
}
