import type { Region } from '../core/brand.ts';
import type { Failover, Service } from '../core/service.ts';
import { watches } from './canaries.ts';
import { alarmName, canaryName, journeyCanaryName, type Watched, watchedTargets } from './names.ts';
import { describedBy } from './runbook.ts';

/*
 * Every alarm on a canary, as data: AWS and the sandbox are given the same ones.
 */

/** Turns red when `datapoints` of the last `of` periods are below `below`. */
export interface CanaryAlarm {
  readonly name: string;
  readonly description: string;
  readonly canary: string;
  /** `SampleCount` counts runs whatever came of them. */
  readonly statistic: 'Minimum' | 'SampleCount';
  readonly below: number;
  readonly periodSeconds: number;
  readonly datapoints: number;
  readonly of: number;
  /** What a period without a run means: nothing new, or that it is as bad as can be. */
  readonly missing: 'missing' | 'breaching';
}

/** Red at the first failed run: it moves nothing, it has everybody look. A canary that says nothing is blind, and not red. */
export function startAlarms(failover: Failover, observer: Region): readonly CanaryAlarm[] {
  return targets(failover, observer).map(({ service, region }) => ({
    ...common(service, canaryName(failover, service.name, region)),
    name: alarmName(failover, service.name, region),
    description: describedBy(
      failover,
      `${service.name} ${region ?? 'front door'} as seen from ${observer}`,
      region === null ? 'the-front-door-is-red' : 'a-region-is-red',
    ),
    ...redAtOnce,
    missing: 'missing',
  }));
}

const redAtOnce = { statistic: 'Minimum', below: 100, datapoints: 1, of: 1 } as const;

/** What the state of a service and region is made from, for people: red for long, or not seen at all. */
export interface WellnessAlarms {
  /** Name and description of the composite that is red when either is. */
  readonly name: string;
  readonly description: string;
  readonly lasting: CanaryAlarm;
  readonly silent: CanaryAlarm;
}

export function wellnessAlarms(failover: Failover, observer: Region): readonly WellnessAlarms[] {
  return targets(failover, observer).map(({ service, region }) => {
    const name = alarmName(failover, service.name, region);
    const seen = `${service.name} ${region ?? 'front door'} as seen from ${observer}`;
    const shared = common(service, canaryName(failover, service.name, region));
    return {
      name: `${name}-unwell`,
      description: describedBy(failover, `${seen}: red for minutes, or not seen at all`, 'a-region-stays-red'),
      lasting: {
        ...shared,
        name: `${name}-lasting`,
        description: describedBy(failover, `${seen}: red in 3 of 5 periods`, 'a-region-stays-red'),
        statistic: 'Minimum',
        below: 100,
        datapoints: 3,
        of: 5,
        // Silence has an alarm of its own; here it would make one failed run look like three.
        missing: 'missing',
      },
      silent: {
        ...shared,
        name: `${name}-silent`,
        description: describedBy(failover, `${seen}: no canary ran for 3 periods`, 'an-observer-is-blind'),
        statistic: 'SampleCount',
        below: 1,
        datapoints: 3,
        of: 3,
        // No run is no data point: this is the one alarm that is about just that.
        missing: 'breaching',
      },
    };
  });
}

/** For people alone: what a journey shows cannot be asked again by a probe, so no run could decide on it. */
export function journeyAlarms(failover: Failover, observer: Region): readonly CanaryAlarm[] {
  return failover.services
    .filter((service) => service.journey !== undefined && watches(service, observer))
    .map((service) => ({
      ...common(service, journeyCanaryName(failover, service.name)),
      name: journeyCanaryName(failover, service.name),
      description: describedBy(failover, `The journey of ${service.name} as seen from ${observer}`, 'a-journey-fails'),
      statistic: 'Minimum',
      below: 100,
      datapoints: 2,
      of: 3,
      missing: 'missing',
    }));
}

/** A period is as long as the canary's, or every other one would be empty. */
function common({ canaries }: Service, canary: string) {
  return { canary, periodSeconds: canaries.everyMinutes * 60 };
}

function targets({ services }: Failover, observer: Region): readonly Watched[] {
  return watchedTargets({ services: services.filter((service) => watches(service, observer)) });
}
