import type { Failover, Service } from '../core/service.ts';
import { askEveryMs, tellMs } from './canary-code.ts';
import { type CanaryPlan, targetsOf, timeoutSeconds } from './canary-targets.ts';
import { tenthOf } from './groups.ts';
import { canaryName, sharedCanaryName } from './names.ts';

/*
 * Canaries that watch several services: ten for all of them, by the tenth of a service's name, and further ones for each other period. Whatever
 * else is added or removed, a service stays with its canary.
 */

/** Those of the services that an observer watches. */
export function sharedPlans(
  failover: Pick<Failover, 'name' | 'detection'>,
  services: readonly Service[],
): readonly CanaryPlan[] {
  const found = Map.groupBy(services, (service) => nameFor(failover, service));
  return [...found]
    .map(([name, together]) => planOf(failover, name, together))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The canary that looks at a region of a service, or at its front door (`null`). */
export const watcherOf = (
  failover: Pick<Failover, 'name' | 'sharedCanaries'>,
  service: Service,
  region: Parameters<typeof canaryName>[2],
): string => (failover.sharedCanaries ? nameFor(failover, service) : canaryName(failover, service.name, region));

const nameFor = (failover: Pick<Failover, 'name'>, { name, canaries }: Service): string =>
  sharedCanaryName(failover, tenthOf(name), canaries.everyMinutes);

function planOf(
  failover: Pick<Failover, 'name' | 'detection'>,
  name: string,
  services: readonly Service[],
): CanaryPlan {
  const targets = services.flatMap((service) =>
    targetsOf(failover, service).map(({ name: target, told }) => ({ name: target, ...told })),
  );
  const longestMs = Math.max(...services.map(({ healthy }) => healthy.timeoutMs));
  return {
    name,
    bundle: 'shared',
    // Names are looked up in threads, of which Node has four: as many names that nobody answers for would keep all others waiting.
    // https://nodejs.org/api/cli.html#uv_threadpool_sizesize
    environment: { UV_THREADPOOL_SIZE: '256' },
    targets,
    everyMinutes: Math.min(...services.map(({ canaries }) => canaries.everyMinutes)),
    timeoutSeconds: timeoutSeconds(targets.length * askEveryMs + longestMs + tellMs),
  };
}
