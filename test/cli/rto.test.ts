import { expect, test } from 'vitest';
import { picture } from '../../cli/rto/picture.ts';
import { remediesFor } from '../../cli/rto/remedies.ts';
import { serviceLines } from '../../cli/rto/table.ts';
import { parseFailover } from '../../config/define-failover.ts';
import type { Service } from '../../core/service.ts';
import type { Rto } from '../../simulation/rto/rto.ts';
import { exampleWith } from '../support/configuration.ts';

const at = (ms: number) => ({ p50: ms, p90: 2 * ms, p99: 3 * ms });

const moved: Rto = {
  service: 'orders',
  lever: 'arc',
  home: 'us-east-1',
  outage: 'dark',
  incidents: 10_000,
  detected: at(10_000),
  decided: at(20_000),
  written: at(21_000),
  followed: at(25_000),
  callers: { fresh: at(80_000), kept: at(Infinity), jvm: at(80_000), libcurl: at(Infinity), floor: at(80_000) },
  targetMs: 150_000,
  withinTarget: 0.925,
};

test('callers who never follow are said to follow never', () => {
  const lines = serviceLines([moved]).map((line) => line.replace(/\s+/g, ' ').trim());

  expect(lines).toContain('99 % of callers: kept never never never');
  expect(lines).toContain('99 % of callers: fresh 80 s 160 s 240 s');
  expect(lines).toContain('within 150 s (rtoTargetMs) 92.5 %');
});

test('the picture ends where callers are served, and says so where they never are', () => {
  const drawn = picture([moved, { ...moved, callers: { ...moved.callers, fresh: at(Infinity) } }]);
  const bars = [...drawn.matchAll(/<rect x="([\d.]+)" y="54" width="([\d.]+)"/g)].map(([, x, width]) => [
    Number(x),
    Number(width),
  ]);
  const ends = bars.map(([x = 0, width = 0]) => Math.round(x + width));

  expect(bars).toHaveLength(5);
  expect(bars.slice(1).map(([x = 0]) => Math.round(x))).toEqual(ends.slice(0, -1));
  expect(drawn).toContain('80 s / 240 s');
  expect(drawn.match(/does not move by itself/g)).toHaveLength(1);
});

test('what is done already is not advised', () => {
  const asked = (changes: Readonly<Record<string, unknown>>) => {
    const failover = parseFailover(exampleWith(changes));
    return remediesFor(failover, failover.services[0] as Service).map(({ change }) => change);
  };

  expect(asked({})).toEqual(['fastProbe: true', 'policy.dwellMs: 0', 'both']);
  expect(asked({ fastProbe: true })).toEqual(['policy.dwellMs: 0']);
  expect(asked({ fastProbe: true, 'services[0].policy.dwellMs': 0 })).toEqual([]);
});

test('fast probes cost a function for all of the month in each observer', () => {
  const failover = parseFailover(exampleWith({}));
  const [fast] = remediesFor(failover, failover.services[0] as Service);

  expect(fast?.usdMonthly).toBeGreaterThan(0);
});
