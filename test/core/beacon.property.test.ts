import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BeaconDatum,
  type BeaconReading,
  beaconStamp,
  beaconStampBehind,
  beaconValue,
  readBeacon,
} from '../../core/beacon.ts';
import { epoch } from '../../core/brand.ts';

const minuteMs = 60_000;
const side = fc.constantFrom('home' as const, 'standby' as const);
const anEpoch = fc.integer({ min: 1, max: 10_000 });

/** What CloudWatch makes of values: one datum a minute. */
function collected(values: readonly { readonly at: number; readonly value: number }[]): BeaconDatum[] {
  const minutes = new Map<number, number[]>();
  for (const { at, value } of values) {
    const minute = Math.floor(at / minuteMs) * minuteMs;
    minutes.set(minute, [...(minutes.get(minute) ?? []), value]);
  }
  return [...minutes].map(([at, all]) => ({
    at,
    sum: all.reduce((sum, value) => sum + value, 0),
    maximum: Math.max(...all),
    minimum: Math.min(...all),
  }));
}

describe('the beacon', () => {
  test('says that home serves where nothing was ever written', () => {
    expect(readBeacon([])).toEqual({ side: 'home', epoch: null, at: null });
  });

  test('of writers that see one another, the last one decides, in however short a time', () => {
    const write = fc.record({ side, afterMs: fc.integer({ min: 0, max: 3 * minuteMs }) });
    fc.assert(
      fc.property(fc.array(write, { minLength: 1, maxLength: 12 }), (writes) => {
        const values: { at: number; value: number }[] = [];
        let now = 1_000_000;
        let standing: BeaconReading = readBeacon([]);
        for (const [index, each] of writes.entries()) {
          now += each.afterMs;
          const at = beaconStamp(each.side, standing, now, minuteMs);
          values.push({ at, value: beaconValue(each.side, epoch(index + 1)) });
          standing = readBeacon(collected(values));
          expect(standing).toMatchObject({ side: each.side, epoch: index + 1 });
        }
      }),
    );
  });

  test('of two that meet in one minute unseen, the newer epoch decides, whichever came first', () => {
    fc.assert(
      fc.property(side, side, fc.uniqueArray(anEpoch, { minLength: 2, maxLength: 2 }), (one, other, [a = 1, b = 2]) => {
        const data = collected([
          { at: 5, value: beaconValue(one, epoch(a)) },
          { at: 9, value: beaconValue(other, epoch(b)) },
        ]);

        expect(readBeacon(data)).toMatchObject({ side: a > b ? one : other, epoch: Math.max(a, b) });
      }),
    );
  });

  test('a way back decides over what cannot be read yet, however often that was written', () => {
    const times = fc.array(fc.integer({ min: 0, max: 2 * minuteMs }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(side, anEpoch, fc.integer({ min: 0, max: minuteMs }), times, (prior, at, agoMs, afterMs) => {
        const other = prior === 'home' ? 'standby' : 'home';
        let now = 1_000_000;
        const before = { at: now - agoMs, value: beaconValue(prior, epoch(at)) };
        const standing = readBeacon(collected([before]));
        const unread = afterMs.map((ms) => {
          now += ms;
          return { at: beaconStamp(other, standing, now, minuteMs), value: beaconValue(other, epoch(at + 1)) };
        });

        const back = {
          at: beaconStampBehind(prior, standing, now, minuteMs),
          value: beaconValue(prior, epoch(at + 1)),
        };

        expect(readBeacon(collected([before, ...unread, back]))).toMatchObject({ side: prior, epoch: at + 1 });
        expect(back.at).toBeLessThanOrEqual(now + 2 * minuteMs);
      }),
    );
  });

  test('a write that was late on its way lies behind the newer one', () => {
    const late = { at: 30_000, value: beaconValue('standby', epoch(6)) };
    const newer = { at: 95_000, value: beaconValue('home', epoch(7)) };

    expect(readBeacon(collected([newer, late]))).toEqual({ side: 'home', epoch: 7, at: 60_000 });
  });

  test('keeps the greatest epoch, also where a hand wrote a lesser one after it', () => {
    const data = collected([
      { at: 1, value: -9 },
      { at: minuteMs, value: 1 },
    ]);

    expect(readBeacon(data)).toMatchObject({ side: 'standby', epoch: 9 });
  });
});
