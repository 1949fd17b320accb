import { join } from 'node:path';
import type { Failover } from '../core/service.ts';
import { canaryFile, canaryPlans } from '../deployment/canaries.ts';
import type { Canary } from '../loopback/canaries/canaries.ts';

/** Every canary of every observer region, as a deployment has them. */
export function serviceCanaries(failover: Failover, dist: string): Canary[] {
  return failover.observers.flatMap((observer) =>
    canaryPlans(failover, observer).map(({ name, bundle, environment, everyMinutes, timeoutSeconds }) => ({
      name,
      observer,
      bundle: join(dist, 'synthetics', bundle, canaryFile),
      env: environment,
      periodMs: everyMinutes * 60_000,
      // May outlast a scaled period: runs overlap, each has a function of its own.
      timeoutMs: timeoutSeconds * 1_000,
    })),
  );
}
