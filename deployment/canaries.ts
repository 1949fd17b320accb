import type { Region } from '../core/brand.ts';
import { probeUrl } from '../core/probe-url.ts';
import { type Failover, regionNames, type Service } from '../core/service.ts';
import { canaryName, flagPlace, journeyCanaryName } from './names.ts';

/*
 * What every canary is told, and how often: AWS and the sandbox run the same bundles with the same environment.
 */

/**
 * Where in its asset the Synthetics runtime without a browser looks for the code of `canaryHandler`; it requires it, so it
 * is CommonJS. https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryCodeInput.html
 */
export const canaryFile = 'nodejs/node_modules/index.js';

export const canaryHandler = 'index.handler';

export interface CanaryPlan {
  readonly name: string;
  /** Folder of the bundle under `synthetics/`. */
  readonly bundle: 'regional-api' | 'front-door' | 'journey';
  readonly environment: Readonly<Record<string, string>>;
  readonly everyMinutes: number;
  readonly timeoutSeconds: number;
}

/** The canaries of one observer region: every regional API, every front door, every journey that is configured. */
export function canaryPlans(
  failover: Pick<Failover, 'name' | 'services' | 'detection'>,
  observer: Region,
): readonly CanaryPlan[] {
  return failover.services
    .filter((service) => watches(service, observer))
    .flatMap((service) => canariesOf(failover, service));
}

/** Whether canaries of a service run in an observer region. */
export const watches = ({ canaries }: Pick<Service, 'canaries'>, observer: Region): boolean =>
  canaries.observers === undefined || canaries.observers.includes(observer);

/** The canaries of one service, the same in every observer region that watches it. */
export function canariesOf(failover: Pick<Failover, 'name' | 'detection'>, service: Service): readonly CanaryPlan[] {
  const { name, regions, frontDoor, healthy, access, journey, canaries } = service;
  const plan = (canary: string, bundle: CanaryPlan['bundle'], told: object, workMs: number): CanaryPlan => ({
    name: canary,
    bundle,
    environment: { UNDERSTUDY_CANARY: JSON.stringify(told) },
    everyMinutes: canaries.everyMinutes,
    timeoutSeconds: timeoutSeconds(workMs),
  });
  const entry = { resolvers: frontDoor.resolvers, access, regions: regionNames(service) };
  return [
    ...regions.map(({ region, endpoint, path = healthy.path, host }) => {
      const flag = flagPlace(failover, service);
      const told = { url: probeUrl(endpoint, path), healthy, access, host, expectedRegion: region, flag };
      return plan(canaryName(failover, name, region), 'regional-api', told, healthy.timeoutMs);
    }),
    plan(
      canaryName(failover, name, null),
      'front-door',
      { url: probeUrl(frontDoor.url, healthy.path), healthy, ...entry },
      healthy.timeoutMs,
    ),
    ...(journey === undefined
      ? []
      : [
          plan(
            journeyCanaryName(failover, name),
            'journey',
            { url: frontDoor.url, healthy, steps: journey.steps, ...entry },
            healthy.timeoutMs * journey.steps.length,
          ),
        ]),
  ];
}

/**
 * What AWS advises at the least, for a cold start and the instrumentation, and our own work on top.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Create.html
 */
const bootSeconds = 15;

const timeoutSeconds = (workMs: number) => bootSeconds + Math.ceil(workMs / 1_000);
