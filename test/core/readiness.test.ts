import { describe, expect, test } from 'vitest';
import type { Region } from '../../core/brand.ts';
import { epoch } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { outlook } from '../../core/outlook.ts';
import { type Standing, unreadiness } from '../../core/readiness.ts';
import { freshRecord } from '../../core/record.ts';
import { home, observers, orders, standby, t0, withPolicy } from '../support/world.ts';

const seenBy = (count: number, region: Region, state: AlarmReading['state'] = 'OK'): AlarmReading[] =>
  observers.slice(0, count).map((observer) => ({ observer, region, state, since: t0 }));

const standing = (change: Partial<Standing> = {}): Standing => ({
  record: { ...freshRecord('orders'), epoch: epoch(2) },
  routing: { kind: 'read', routing: { epoch: epoch(1), weights: { [home]: 1000, [standby]: 0 } } },
  alarms: [...seenBy(3, home), ...seenBy(2, standby)],
  ...change,
});

describe('a service is ready', () => {
  test('where automation may act, the lever can be read and a standby is green by quorum', () => {
    expect(unreadiness(standing(), orders, t0)).toEqual([]);
  });

  test('however red the region is that serves: that is what it is ready for', () => {
    const alarms = [...seenBy(3, home, 'ALARM'), ...seenBy(2, standby)];

    expect(unreadiness(standing({ alarms }), orders, t0)).toEqual([]);
  });

  test('without automation where people move it', () => {
    const record = { ...freshRecord('orders'), epoch: epoch(2), armed: false };

    expect(unreadiness(standing({ record }), withPolicy(orders, { automatic: false }), t0)).toEqual([]);
  });
});

describe('a service is not ready, and it is said why, where', () => {
  test.each<[string, Partial<Standing>, RegExp]>([
    [
      'automation is disarmed',
      { record: { ...freshRecord('orders'), epoch: epoch(2), armed: false } },
      /not acknowledged/,
    ],
    [
      'the lever cannot be read',
      { routing: { kind: 'unreadable', because: 'no answer' } },
      /lever cannot be read: no answer/,
    ],
    [
      'too few see the standby green',
      { alarms: seenBy(1, standby) },
      /no standby is green in 2 observers: us-west-2 in 1/,
    ],
    ['the standby is red', { alarms: seenBy(3, standby, 'ALARM') }, /us-west-2 in 0/],
    ['nobody sees the standby', { alarms: seenBy(3, standby, 'INSUFFICIENT_DATA') }, /us-west-2 in 0/],
  ])('%s', (_what, change, finding) => {
    expect(unreadiness(standing(change), orders, t0)).toEqual([expect.stringMatching(finding)]);
  });

  test('the standby is the region that serves already, and the home region is red', () => {
    const routing = { kind: 'read', routing: { epoch: epoch(2), weights: { [home]: 0, [standby]: 1000 } } } as const;
    const alarms = [...seenBy(3, home, 'ALARM'), ...seenBy(3, standby)];

    expect(unreadiness(standing({ routing, alarms }), orders, t0)).toEqual([
      `no standby is green in 2 observers: ${home} in 0`,
    ]);
  });
});

describe('whether it could move, and where to,', () => {
  test('is the best ranked region that is fit, but for the one that has the traffic', () => {
    expect(outlook(standing(), orders, t0, [])).toEqual({ to: standby, because: [], frozen: null });
    const weights = { [home]: 0, [standby]: 1000 };
    const moved = standing({ routing: { kind: 'read', routing: { epoch: epoch(1), weights } } });
    expect(outlook(moved, orders, t0, [])).toMatchObject({ to: home });
  });

  test('is nowhere where no standby is green by quorum, or it is fenced', () => {
    expect(outlook(standing({ alarms: seenBy(1, standby) }), orders, t0, []).to).toBeNull();
    const fences = [{ region: standby, by: 'ana', reason: 'game day', at: t0 }];
    const fenced = standing({ record: { ...freshRecord('orders'), epoch: epoch(2), fences } });
    // Alarms need minutes to turn; what was just seen does not.
    expect(outlook(standing(), orders, t0, [standby]).to).toBeNull();
    expect(outlook(fenced, orders, t0, [])).toMatchObject({
      to: null,
      because: [expect.stringContaining('fenced by ana')],
    });
  });

  test('is still known where automation may not: a person could', () => {
    const record = { ...freshRecord('orders'), epoch: epoch(2), armed: false };

    expect(outlook(standing({ record }), orders, t0, [])).toMatchObject({ to: standby, because: [expect.any(String)] });
  });
});
