import { describe, expect, test } from 'vitest';
import type { AlarmReading } from '../../core/evidence.ts';
import { greenObservers } from '../../core/green.ts';
import type { Memory } from '../../core/memory.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { home, observers, standby, t0 } from '../support/world.ts';

const greenForMs = 600_000;
const [ohio, oregon, montreal] = observers;

const ok = (observer: AlarmReading['observer'], forMs = greenForMs, change: Partial<AlarmReading> = {}) =>
  ({ observer, region: home, state: 'OK', since: t0 - forMs, ...change }) as AlarmReading;
const seen = (change: Partial<Memory> = {}): Memory => ({
  observer: ohio,
  region: home,
  request: 'read',
  goodAt: null,
  badAt: null,
  counts: [],
  ...change,
});
const green = (alarms: readonly AlarmReading[], record: Partial<LedgerRecord> = {}) =>
  greenObservers(alarms, { looks: [], lastMoveAt: null, ...record }, home, greenForMs, t0);

describe('an observer has seen a region green for long enough', () => {
  test('from the moment on at which its alarm is OK for so long', () => {
    expect(green([ok(ohio), ok(oregon, greenForMs - 1), ok(montreal)])).toEqual([ohio, montreal]);
  });

  test.each([
    ['red', ok(ohio, greenForMs, { state: 'ALARM' })],
    ['without data', ok(ohio, greenForMs, { state: 'INSUFFICIENT_DATA' })],
    ['that of another region', ok(ohio, greenForMs, { region: standby })],
    ['one that cannot be evaluated', ok(ohio, greenForMs, { evaluation: 'PARTIAL_DATA' })],
  ])('not where its alarm is %s', (_, alarm) => {
    expect(green([alarm])).toEqual([]);
  });

  test('not before it is so long since a bad answer of a look, to a read or to a write', () => {
    for (const request of ['read', 'write'] as const) {
      expect(green([ok(ohio)], { looks: [seen({ request, badAt: t0 - greenForMs + 1 })] })).toEqual([]);
      expect(green([ok(ohio)], { looks: [seen({ request, badAt: t0 - greenForMs })] })).toEqual([ohio]);
    }
  });

  test('whatever another observer saw, or it saw of another region', () => {
    const looks = [seen({ observer: oregon, badAt: t0 }), seen({ region: standby, badAt: t0 })];

    expect(green([ok(ohio)], { looks })).toEqual([ohio]);
  });

  test('not before it is so long since the last move: until then nobody depended on it', () => {
    expect(green([ok(ohio)], { lastMoveAt: t0 - greenForMs + 1 })).toEqual([]);
    expect(green([ok(ohio)], { lastMoveAt: t0 - greenForMs })).toEqual([ohio]);
  });
});
