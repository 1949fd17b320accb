import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { loadFailover } from '../../config/load.ts';
import { topologyConfiguration, topologyNames } from '../../config/topology-names.ts';
import type { Failover, Service } from '../../core/service.ts';
import { following } from '../../simulation/rto/callers.ts';
import { namedLatencies } from '../../simulation/rto/latencies.ts';
import { type OutageName, playOutage } from '../../simulation/rto/outage.ts';
import { ownWorld } from '../../simulation/rto/own-world.ts';
import { percentiles } from '../../simulation/rto/percentiles.ts';
import { type RtoOptions, rtoOf } from '../../simulation/rto/rto.ts';
import example from '../../understudy.config.ts';
import { exampleWith } from '../support/configuration.ts';

const failover = parseFailover(example);
const [orders, payments] = failover.services as readonly [Service, Service];
const few: RtoOptions = { outage: 'dark', incidents: 60, ttlMs: 60_000 };

const changed = (changes: Readonly<Record<string, unknown>>) => {
  const next = parseFailover(exampleWith(changes));
  return { failover: next, service: next.services[0] as Service };
};

describe('one outage', () => {
  const outages: readonly OutageName[] = ['lost', 'dark', '500'];

  test.each(outages)('%s: is detected, decided, written and followed in this order', async (name) => {
    for (const service of [orders, payments]) {
      for (let seed = 1; seed <= 10; seed++) {
        const world = ownWorld(failover, service);
        const moments = await playOutage(world, name, { seed, latencies: namedLatencies });
        const { detectedMs, decidedMs, writtenMs, followedMs } = moments;

        expect([0, detectedMs, decidedMs, writtenMs, followedMs]).toEqual(
          [followedMs, writtenMs, decidedMs, detectedMs, 0].toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity)),
        );
        // Nothing is seen before a canary has looked, and its verdict has come.
        expect(detectedMs).toBeGreaterThanOrEqual(namedLatencies.canaryVerdict.leastMs);
        expect((followedMs ?? 0) - (writtenMs ?? 0)).toBeGreaterThanOrEqual(2_000);
      }
    }
  });
});

describe('a time to recovery', () => {
  test('is the same each time', async () => {
    expect(await rtoOf(failover, orders, few)).toEqual(await rtoOf(failover, orders, few));
  });

  test('waits for canaries as long as they are apart, and for fast probes some seconds', async () => {
    const [now, rare, fast] = await Promise.all([
      rtoOf(failover, orders, few),
      rareCanaries(),
      rtoOf({ ...failover, fastProbe: true }, orders, few),
    ]);

    expect(fast.detected.p99).toBeLessThan(now.detected.p99 / 2);
    expect(rare.detected.p99).toBeGreaterThan(2 * now.detected.p99);
  });

  test('grows by the dwell', async () => {
    const { failover: hasty, service } = changed({ 'services[0].policy.dwellMs': 0 });
    const [now, sooner] = [await rtoOf(failover, orders, few), await rtoOf(hasty, service, few)];

    // What a burst takes is part of the dwell.
    expect(now.decided.p50 - sooner.decided.p50).toBeGreaterThan(orders.policy.dwellMs / 2);
  });

  test('is never where people move the service themselves', async () => {
    const { failover: byHand, service } = changed({ 'services[0].policy.automatic': false });

    expect(await rtoOf(byHand, service, { ...few, incidents: 5 })).toMatchObject({
      written: { p50: Infinity },
      callers: { fresh: { p50: Infinity } },
      withinTarget: 0,
    });
  });

  test.each(topologyNames())('can be told of %s', async (name) => {
    const topology: Failover = await loadFailover(topologyConfiguration(name));
    for (const service of topology.services) {
      const { followed } = await rtoOf(topology, service, { ...few, incidents: 5 });
      expect(followed.p99).toBeLessThan(30 * 60_000);
    }
  });

  async function rareCanaries() {
    const { failover: rare, service } = changed({ 'services[0].canaries.everyMinutes': 5 });
    return rtoOf(rare, service, few);
  }
});

describe('callers', () => {
  test('behind CloudFront follow with the edge, whatever they keep', () => {
    expect(new Set(Object.values(following('kvs', 60_000, true)))).toEqual(new Set([0]));
  });

  test('who keep connections never leave a region that answers, and leave one that does not', () => {
    expect(following('arc', 60_000, true)).toMatchObject({ kept: null, libcurl: null, fresh: 59_400, jvm: 59_400 });
    expect(following('arc', 5_000, false)).toMatchObject({ kept: 4_950, libcurl: 59_400, fresh: 4_950, jvm: 29_700 });
  });
});

test('a percentile is one of the values, which so many do not exceed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
      const { p50, p90, p99 } = percentiles(values);
      for (const [percent, value] of [
        [50, p50],
        [90, p90],
        [99, p99],
      ] as const) {
        expect(values).toContain(value);
        expect(values.filter((each) => each <= value).length).toBeGreaterThanOrEqual((percent / 100) * values.length);
        expect(values.filter((each) => each < value).length).toBeLessThan((percent / 100) * values.length);
      }
    }),
  );
});
