import type { Failover } from '../core/service.ts';
import { canaryPlans } from './canaries.ts';
import { reservedIn } from './functions.ts';

/*
 * What AWS takes of a deployment, as far as a configuration tells. docs/limits.md has the whole list; tests compare the two.
 */

/** Something that is over a limit. */
export interface Excess {
  /** In the configuration. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Of a function; levers that the deployment makes are told by it. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const environmentBytesMax = 4_096;

/** Defaults that AWS raises when it is asked. */
export const defaultQuotas = {
  /** In a region. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
  canaries: 200,
  /** Concurrent executions in a region, and those that cannot be reserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
  concurrency: 1_000,
  unreserved: 100,
} as const;

/** What a new account would refuse, and AWS raises when it is asked. */
export function* overDefaults(failover: Failover): Generator<Excess> {
  for (const [index, observer] of failover.observers.entries()) {
    const canaries = canaryPlans(failover, observer).length;
    if (canaries > defaultQuotas.canaries) {
      yield {
        path: ['observers', index],
        message: `is to run ${canaries} canaries, and an account has ${defaultQuotas.canaries} a region until AWS raises it: ask for more, or name fewer observers in services[].canaries.observers`,
      };
    }
  }
  const reserved = reservedIn(failover);
  const most = defaultQuotas.concurrency - defaultQuotas.unreserved;
  if (reserved > most) {
    yield {
      path: ['concurrentMoves'],
      message: `has each control region reserve ${reserved} of Lambda's concurrency, and an account has ${most} to reserve until AWS raises it: ask for more, or move fewer services at a time`,
    };
  }
}
