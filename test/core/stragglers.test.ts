import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import type { AlarmReading, RoutingReading } from '../../core/evidence.ts';
import { freshRecord } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import {
  type Counted,
  countedSpan,
  isCountDue,
  leftBehind,
  ownPerMinute,
  stragglersIn,
  stragglersSight,
  stragglersText,
} from '../../core/stragglers.ts';
import { home, observers, orders, standby, t0 } from '../support/world.ts';

const minute = 60_000;
const count = { namespace: 'AWS/ApiGateway', metric: 'Count', dimensions: {} };
const arrivals = { requests: count, writes: count, othersPerMinute: 0, periodMs: minute };
const service: Service = {
  ...orders,
  regions: orders.regions.map((region) => ({ ...region, arrivals })),
  writeProbe: { method: 'POST', path: '/', status: 200, contentType: null, body: {} },
};
const left = { region: home, at: t0, incident: 'orders#1' };
const record = { ...freshRecord('orders'), left };
const behind = { left, arrivals };
const read = (weights: Record<string, number>): RoutingReading => ({
  kind: 'read',
  routing: { epoch: epoch(1), weights },
});
const own = ownPerMinute(service, observers);
const counted = (requests: number, writes: number | null): Counted[] =>
  [1, 2, 3].map((at) => ({ at: t0 + at * minute, requests, writes }));
const redIn = (count: number): AlarmReading[] =>
  observers.map((observer, index) => ({
    observer,
    region: home,
    state: index < count ? 'ALARM' : 'OK',
    since: t0,
  }));
const found = (data: readonly Counted[], alarms: readonly AlarmReading[] = redIn(0)) =>
  stragglersIn(data, behind, service, observers, alarms);

describe('stragglers are looked for', () => {
  test('where the lever leads nobody any more, and something counts', () => {
    expect(leftBehind(record, read({ [home]: 0, [standby]: 1000 }), service)).toEqual(behind);
    expect(leftBehind(record, read({ [home]: 1, [standby]: 999 }), service)).toBeNull();
    expect(leftBehind(record, { kind: 'unreadable', because: 'gone' }, service)).toBeNull();
    expect(leftBehind(record, read({ [standby]: 1000 }), orders)).toBeNull();
    expect(leftBehind(freshRecord('orders'), read({ [standby]: 1000 }), service)).toBeNull();
  });

  test('once callers who follow DNS have had two minutes, in whole minutes that CloudWatch has had two to count', () => {
    const span = (at: number, lookedAt: number | null = null) => countedSpan(left, { lookedAt }, arrivals, t0 + at);

    expect(span(5 * minute - 1)).toBeNull();
    expect(span(6 * minute)).toEqual({ from: t0 + 3 * minute, to: t0 + 4 * minute });
    expect(span(20 * minute + 17)).toEqual({ from: t0 + 15 * minute, to: t0 + 18 * minute });
    // The bursts of a run are requests as well.
    expect(span(20 * minute, t0 + 16 * minute + 1)).toEqual({ from: t0 + 17 * minute, to: t0 + 18 * minute });
  });

  test('every minute for an hour and while people wait for the end, then every quarter of an hour', () => {
    const due = (afterMs: number, change = {}) => isCountDue({ ...record, ...change }, left, t0 + afterMs);
    const quarters = Array.from({ length: 60 }, (_, at) => due(120 * minute + at * minute)).filter(Boolean);

    expect([due(0), due(59 * minute)]).toEqual([true, true]);
    expect(quarters).toHaveLength(4);
  });
});

describe('what is counted', () => {
  test('of probes of our own is nobody, whatever there is of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ requests: fc.nat(own.requests), writes: fc.nat(own.writes) }), { minLength: 1 }),
        (data) => {
          expect(found(data.map((each, at) => ({ ...each, at })))).toBeNull();
        },
      ),
    );
  });

  test('beyond those are callers who stayed, and known others are none of them', () => {
    const others = { left, arrivals: { ...arrivals, othersPerMinute: 20 } };

    expect(found(counted(own.requests + 41, own.writes))).toMatchObject({ requestsPerMinute: 41, writesPerMinute: 0 });
    expect(stragglersIn(counted(own.requests + 20, 0), others, service, observers, [])).toBeNull();
    expect(found([])).toBeNull();
  });

  test('as writes is a split where the region answers, and none where a quorum of alarms is red', () => {
    const data = counted(own.requests + 41, own.writes + 12);

    expect(found(data)).toMatchObject({ writesPerMinute: 12, isSplit: true });
    expect(found(data, redIn(1))?.isSplit).toBe(true);
    expect(found(data, redIn(2))?.isSplit).toBe(false);
    expect(found(counted(own.requests + 41, null))).toMatchObject({ writesPerMinute: null, isSplit: false });
  });
});

test('a split is worse than callers who stay, and each has its name and its sentence', () => {
  const split = found(counted(own.requests + 41, own.writes + 12));
  const stay = found(counted(own.requests + 41, null));
  const text = (of: NonNullable<typeof split>) => stragglersText('orders', of, t0 + 9 * minute);

  expect(stragglersSight(split, null)).toEqual({ kind: 'bad', what: 'split', region: home, level: 3 });
  expect(stragglersSight(stay, null)).toEqual({ kind: 'bad', what: 'stragglers', region: home, level: 1 });
  expect(stragglersSight(null, null)).toEqual({ kind: 'good' });
  if (split === null || stay === null) throw new Error('none was found');
  expect(text(split)).toBe('orders is split: us-east-1 takes 12 writes a minute, 9 min 0 s after it was left.');
  expect(text(stay)).toBe('us-east-1 still gets 41 requests of orders a minute, 9 min 0 s after it was left.');
});
