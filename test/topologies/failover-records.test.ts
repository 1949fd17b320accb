import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choose } from '../../loopback/dns/choose.ts';
import { firstOpinion, healthyByCheckers, opinionAfter } from '../../loopback/dns/health-check.ts';
import type { RecordSet } from '../../loopback/dns/record.ts';
import { home, standby, topologyWorld } from './world.ts';

const here = topologyWorld('failover-records', { tempo: 200 });

const record = (failover: 'PRIMARY' | 'SECONDARY', healthCheckId?: string): RecordSet => ({
  name: 'api.example.com',
  type: 'A',
  ttlSeconds: 60,
  values: [failover === 'PRIMARY' ? home : standby],
  failover,
  ...(healthCheckId === undefined ? {} : { healthCheckId }),
});

describe('S4-B1 of a primary behind the beacon and a secondary that is always healthy', () => {
  const pair = [record('PRIMARY', 'beacon'), record('SECONDARY')];

  test.each([
    [true, home],
    [false, standby],
  ])('beacon healthy: %s leads to %s', (healthy, expected) => {
    expect(choose(pair, () => healthy).flatMap(({ values }) => values)).toEqual([expected]);
  });

  test('with a health check on the secondary too, both red would lead back to the dead primary: so it has none', () => {
    const checked = [record('PRIMARY', 'beacon'), record('SECONDARY', 'other')];

    expect(choose(checked, () => false)[0]?.values).toEqual([home]);
    expect(choose(pair, () => false)[0]?.values).toEqual([standby]);
  });
});

describe('S4-B2 a health check of an endpoint, as the document has one,', () => {
  test('needs its threshold of failures in a row, and one fewer never trips it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(fc.boolean(), { maxLength: 60 }), (threshold, answers) => {
        let opinion = firstOpinion;
        let failuresInARow = 0;
        for (const passed of answers) {
          failuresInARow = passed ? 0 : failuresInARow + 1;
          const before = opinion.healthy;
          opinion = opinionAfter(opinion, passed, threshold);
          if (before && !opinion.healthy) expect(failuresInARow).toBeGreaterThanOrEqual(threshold);
          if (failuresInARow >= threshold) expect(opinion.healthy).toBe(false);
        }
      }),
    );
  });

  test('holds an endpoint healthy while more than 18 % of the checkers do', () => {
    const of = (healthy: number, all: number) =>
      Array.from({ length: all }, (_, n) => ({ healthy: n < healthy, against: 0 }));
    expect(healthyByCheckers(of(3, 16))).toBe(true);
    expect(healthyByCheckers(of(2, 16))).toBe(false);
  });
});

describe('the application', () => {
  test('says hello where it is, by name and by region', async () => {
    expect(await here.byName('hello', '/v1')).toMatchObject({ status: 200, region: home });
    expect(JSON.parse((await here.direct('hello', standby, '/v1')).text)).toMatchObject({
      message: `hello from ${standby}`,
    });
  });

  test('S4-B6 the path that is probed has a method: without one every region would be red for ever', async () => {
    const { healthy, regions } = here.failover.services[0] ?? {};
    for (const { region } of regions ?? []) {
      expect((await here.direct('hello', region, healthy?.path ?? '')).status).toBe(healthy?.status);
      expect((await here.direct('hello', region, '/')).status).toBe(403);
    }
  });
});
