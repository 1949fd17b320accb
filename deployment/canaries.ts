import type { Region } from '../core/brand.ts';
import type { Failover, Service } from '../core/service.ts';
import { toldVariable } from './canary-code.ts';
import { type CanaryPlan, entryOf, targetsOf, timeoutSeconds } from './canary-targets.ts';
import { journeyCanaryName } from './names.ts';
import { sharedPlans } from './shared-canaries.ts';

/*
 * What every canary is told, and how often: AWS and the sandbox run the same bundles with the same environment.
 */

type Watching = Pick<Failover, 'name' | 'services' | 'sharedCanaries' | 'detection'>;

/** All canaries of one observer region: every regional API, every front door, every journey that is configured. */
export const canaryPlans = (failover: Watching, observer: Region): readonly CanaryPlan[] => [
  ...ownCanaryPlans(failover, observer),
  ...sharedCanaryPlans(failover, observer),
];

/** Those that belong to one service each. */
export const ownCanaryPlans = (failover: Watching, observer: Region): readonly CanaryPlan[] =>
  watched(failover, observer).flatMap((service) => canariesOf(failover, service));

/** Those that watch several services each. */
export const sharedCanaryPlans = (failover: Watching, observer: Region): readonly CanaryPlan[] =>
  failover.sharedCanaries ? sharedPlans(failover, watched(failover, observer)) : [];

const watched = ({ services }: Pick<Failover, 'services'>, observer: Region): readonly Service[] =>
  services.filter((service) => watches(service, observer));

/** Whether canaries watch a service from an observer region. */
export const watches = ({ canaries }: Pick<Service, 'canaries'>, observer: Region): boolean =>
  canaries.observers === undefined || canaries.observers.includes(observer);

/** The canaries of one service, the same in every observer region that watches it. */
export function canariesOf(
  failover: Pick<Failover, 'name' | 'sharedCanaries' | 'detection'>,
  service: Service,
): CanaryPlan[] {
  const { healthy, journey, canaries } = service;
  const plan = (name: string, bundle: CanaryPlan['bundle'], told: object, workMs: number): CanaryPlan => ({
    name,
    bundle,
    environment: { [toldVariable]: JSON.stringify(told) },
    everyMinutes: canaries.everyMinutes,
    timeoutSeconds: timeoutSeconds(workMs),
  });
  return [
    ...(failover.sharedCanaries ? [] : targetsOf(failover, service)).map(({ name, bundle, told }) =>
      plan(name, bundle, told, healthy.timeoutMs),
    ),
    ...(journey === undefined
      ? []
      : [
          plan(
            journeyCanaryName(failover, service.name),
            'journey',
            { url: service.frontDoor.url, healthy, steps: journey.steps, ...entryOf(service) },
            healthy.timeoutMs * journey.steps.length,
          ),
        ]),
  ];
}
