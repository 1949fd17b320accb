import { aliasTtlMs, askedAgainMs } from '../core/caller-kinds.ts';
import { burstMs } from '../core/policy.ts';
import type { Failover, Service } from '../core/service.ts';
import { watches } from '../deployment/canaries.ts';
import type { At, Mistake } from './mistake.ts';

/** A part of an outage that no luck makes shorter, with what it is for people. */
interface Part {
  readonly ms: number;
  readonly what: string;
}

/**
 * What no outage can be shorter than, part by part: nothing that depends on luck, on AWS's own pace or on this product's is in it, so a
 * target below it cannot be met. `understudy rto` has what outages take with all of that.
 */
export function rtoFloor({ policy, lever }: Pick<Service, 'policy' | 'lever'>): readonly Part[] {
  const { dwellMs, burst } = policy;
  const probesMs = burstMs(burst);
  const decided =
    dwellMs >= probesMs
      ? { ms: dwellMs, what: `${dwellMs} ms of policy.dwellMs` }
      : { ms: probesMs, what: `${probesMs} ms for the probes of policy.burst` };
  return lever.kind !== 'kvs' && lever.hostedZone !== undefined
    ? [decided, { ms: followMs, what: `${followMs} ms until 99 % of callers ask DNS again` }]
    : [decided];
}

const followMs = askedAgainMs(aliasTtlMs);

/**
 * How soon one of the canaries has looked in every second outage: each observer's are at a moment of their own within the period, so the first of n
 * is later than t with (1 - t / period) ^ n.
 */
export function detectedByHalfMs(
  service: Pick<Service, 'canaries'>,
  { observers }: Pick<Failover, 'observers'>,
): number {
  const watching = observers.filter((observer) => watches(service, observer)).length;
  return Math.round(service.canaries.everyMinutes * 60_000 * (1 - 0.5 ** (1 / watching)));
}

/** A promise that cannot be kept, or in every second outage will not be. */
export function* rtoWarnings(service: Service, failover: Failover, at: At): Generator<Mistake> {
  const { rtoTargetMs, automatic, shadow } = service.policy;
  if (!automatic || shadow) return;
  const parts = rtoFloor(service);
  const floorMs = parts.reduce((sum, { ms }) => sum + ms, 0);
  const made = parts.map(({ what }) => what).join(' and ');
  const path = at('policy', 'rtoTargetMs');
  if (rtoTargetMs < floorMs) {
    yield { path, message: `is ${rtoTargetMs} ms and cannot be met: no outage is over before ${floorMs} ms, ${made}` };
  } else if (!failover.fastProbe && rtoTargetMs < floorMs + detectedByHalfMs(service, failover)) {
    yield {
      path,
      message: `is ${rtoTargetMs} ms, and every second outage takes longer: ${made}, after canaries every ${service.canaries.everyMinutes} min; fastProbe: true looks every few seconds`,
    };
  }
}
