import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { affordableTempo, measurePressure, paceLines, slowerTempo } from '../../cli/play/pace.ts';

const pressure = fc.record({
  busyShare: fc.double({ min: 0, max: 1, noNaN: true }),
  wallPerProcessor: fc.double({ min: 1, max: 1_000, noNaN: true }),
});
const tempo = fc.integer({ min: 1, max: 1_000 });

describe('the tempo that a machine can keep', () => {
  test('is the one that was asked for, where nothing else runs', () => {
    fc.assert(
      fc.property(tempo, (asked) => {
        expect(affordableTempo(asked, { busyShare: 0, wallPerProcessor: 1 })).toBe(asked);
      }),
    );
  });

  test('is never above it, never below that of AWS, and never higher for a busier machine', () => {
    fc.assert(
      fc.property(tempo, pressure, pressure, (asked, one, other) => {
        const given = affordableTempo(asked, one);
        const busier = {
          busyShare: Math.max(one.busyShare, other.busyShare),
          wallPerProcessor: Math.max(one.wallPerProcessor, other.wallPerProcessor),
        };
        expect(given).toBeGreaterThanOrEqual(1);
        expect(given).toBeLessThanOrEqual(asked);
        expect(affordableTempo(asked, busier)).toBeLessThanOrEqual(given);
      }),
    );
  });

  test('is half beside one busy process on two processors, and less beside more', () => {
    expect(affordableTempo(20, { busyShare: 0.5, wallPerProcessor: 1 })).toBe(10);
    expect(affordableTempo(20, { busyShare: 1, wallPerProcessor: 2 })).toBe(5);
    expect(affordableTempo(20, { busyShare: 1, wallPerProcessor: 40 })).toBe(1);
  });

  test('is told where it is another than the one that was asked for', () => {
    expect(paceLines(20, 20)).toEqual([]);
    expect(paceLines(20, 5).join()).toMatch(/5 times .* not 20 times/);
    expect(paceLines(20, 1).join()).toMatch(/at the pace of AWS, not 20 times/);
  });
});

test('tries with a slower tempo come to an end', () => {
  fc.assert(
    fc.property(tempo, (first) => {
      let tries = 0;
      for (let last = 0, next = first; next !== last; next = slowerTempo(next)) {
        last = next;
        tries++;
      }
      expect(tries).toBeLessThanOrEqual(6);
    }),
  );
});

test('what is measured is a share, and no work is quicker than the processor', async () => {
  const { busyShare, wallPerProcessor } = await measurePressure();
  expect(busyShare).toBeGreaterThanOrEqual(0);
  expect(busyShare).toBeLessThanOrEqual(1);
  expect(wallPerProcessor).toBeGreaterThanOrEqual(1);
  expect(wallPerProcessor).toBeLessThan(Number.POSITIVE_INFINITY);
});
