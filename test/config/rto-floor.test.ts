import { describe, expect, test } from 'vitest';
import { detectedByHalfMs, rtoFloor } from '../../config/rto-floor.ts';
import { warningsOf } from '../../config/warnings.ts';
import type { Policy, Service } from '../../core/service.ts';
import { beaconOf } from '../contracts/service.ts';
import { failover, observers, orders, withPolicy } from '../support/world.ts';

const sum = (service: Service) => rtoFloor(service).reduce((total, { ms }) => total + ms, 0);
const byDns: Service = {
  ...orders,
  lever: beaconOf() as unknown as Service['lever'],
};

const warned = (policy: Partial<Policy>, more: Partial<Service> = {}, fastProbe = false): string[] =>
  warningsOf({ ...failover, fastProbe, services: [{ ...withPolicy(orders, policy), ...more }] });

describe('no outage is over before', () => {
  test('the dwell, or the probes that a decision rests on, whichever is longer', () => {
    expect(sum(withPolicy(orders, { dwellMs: 10_000 }))).toBe(10_000);
    expect(sum(withPolicy(orders, { dwellMs: 0, burst: { count: 5, intervalMs: 1_000 } }))).toBe(4_000);
  });

  test('callers have asked DNS again, where alias records lead them', () => {
    expect(sum(withPolicy(byDns, { dwellMs: 10_000 }))).toBe(69_400);
  });

  test('and half of all outages are not seen before so long a part of the period of the canaries', () => {
    const every = (everyMinutes: number, watching?: readonly (typeof observers)[number][]) =>
      detectedByHalfMs({ canaries: { everyMinutes, observers: watching } }, failover);

    expect(every(1, [observers[0]])).toBe(30_000);
    expect(every(1)).toBe(12_378);
    expect(every(5)).toBe(5 * 12_378);
  });
});

describe('a target', () => {
  const dwellMs = 10_000;

  test('that cannot be met is told with what is in the way', () => {
    expect(warned({ dwellMs: 30_000, rtoTargetMs: 29_999 })).toEqual([
      'services[0].policy.rtoTargetMs is 29999 ms and cannot be met: no outage is over before 30000 ms, 30000 ms of policy.dwellMs',
    ]);
    expect(warned({ dwellMs, rtoTargetMs: 69_399 }, { lever: byDns.lever })[0]).toContain(
      '69400 ms, 10000 ms of policy.dwellMs and 59400 ms until 99 % of callers ask DNS again',
    );
  });

  test('that every second outage misses is told too, unless fast probes see it sooner', () => {
    expect(warned({ dwellMs, rtoTargetMs: 22_377 })[0]).toContain('every second outage takes longer');
    expect(warned({ dwellMs, rtoTargetMs: 22_378 })).toEqual([]);
    expect(warned({ dwellMs, rtoTargetMs: 22_377 }, {}, true)).toEqual([]);
  });

  test('is nobody’s promise where people move the service, or nothing does', () => {
    expect(warned({ dwellMs, rtoTargetMs: 10_000, automatic: false })).toEqual([]);
    expect(warned({ dwellMs, rtoTargetMs: 10_000, shadow: true })).toEqual([]);
  });
});
