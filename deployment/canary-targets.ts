import { probeUrl } from '../core/probe-url.ts';
import { type Failover, regionNames, type Service } from '../core/service.ts';
import { canaryName, flagPlace } from './names.ts';

/** A canary in an observer region. */
export interface CanaryPlan {
  readonly name: string;
  /** Folder of the bundle under `synthetics/`. */
  readonly bundle: 'regional-api' | 'front-door' | 'journey' | 'shared';
  readonly environment: Readonly<Record<string, string>>;
  /** What a shared one looks at, told by a file beside its code, because an environment takes less. */
  readonly targets?: readonly object[];
  readonly everyMinutes: number;
  readonly timeoutSeconds: number;
}

/** How many alarms follow what it sees. */
export const targetsIn = ({ targets }: CanaryPlan): number => targets?.length ?? 1;

/** What is watched of a service: the name under which it is seen, and what a canary has to know to look. */
export interface CanaryTarget {
  readonly name: string;
  readonly bundle: 'regional-api' | 'front-door';
  readonly told: object;
}

export function targetsOf(failover: Pick<Failover, 'name' | 'detection'>, service: Service): CanaryTarget[] {
  const { name, regions, frontDoor, healthy, access } = service;
  const flag = flagPlace(failover, service);
  return [
    ...regions.map(({ region, endpoint, path = healthy.path, host }): CanaryTarget => {
      const told = { url: probeUrl(endpoint, path), healthy, access, host, expectedRegion: region, flag };
      return { name: canaryName(failover, name, region), bundle: 'regional-api', told };
    }),
    {
      name: canaryName(failover, name, null),
      bundle: 'front-door',
      told: { url: probeUrl(frontDoor.url, healthy.path), healthy, ...entryOf(service) },
    },
  ];
}

export const entryOf = (service: Service) => ({
  resolvers: service.frontDoor.resolvers,
  access: service.access,
  regions: regionNames(service),
});

/**
 * What AWS advises at the least, for a cold start and the instrumentation, and our own work on top.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Create.html
 */
const bootSeconds = 15;

export const timeoutSeconds = (workMs: number) => bootSeconds + Math.ceil(workMs / 1_000);
