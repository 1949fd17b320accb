import { expect, test } from 'vitest';
import { callerShares } from '../../cli/play/caller-shares.ts';
import { callerKinds, kindOf } from '../../core/caller-kinds.ts';

test.each([
  [undefined, { fresh: 1 }],
  ['kept', { kept: 1 }],
  ['kept=30, fresh=70', { kept: 30, fresh: 70 }],
])('%s are callers %j', (given, shares) => {
  expect(callerShares(given)).toEqual(shares);
});

test('mixed has callers of every kind', () => {
  expect(Object.keys(callerShares('mixed')).sort()).toEqual(Object.keys(callerKinds).sort());
});

test.each([
  ['kept=0', 'kept=0 is no share: write kept=30, a number from 1 to 999'],
  ['kept=-1', 'is no share'],
  ['go', 'there are no callers go; there are fresh, kept, jvm, libcurl, floor, and mixed'],
  ['', 'there are no callers ;'],
])('%j is refused', (given, message) => {
  expect(() => callerShares(given)).toThrow(message);
});

test('of two hundred viewers each kind has its share', () => {
  const kinds = Array.from({ length: 200 }, (_, viewer) => kindOf(viewer, callerShares('kept=30,fresh=60,jvm=10')));
  const count = (kind: string) => kinds.filter((each) => each === kind).length;

  expect([count('kept'), count('fresh'), count('jvm')]).toEqual([60, 120, 20]);
});
