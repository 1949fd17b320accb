import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calmMaxMs, deadlineMs, watchMaxMs } from '../../cli/play/waits.ts';
import { beaconOf } from '../contracts/service.ts';

/** Of a caller's resolver, in AWS's time: the default of Route 53's console, and of aliases of regional endpoints. */
const ttlMs = 60_000;

test('at every tempo callers are watched for longer than they hold on to two addresses in a row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (tempo) => {
      expect(watchMaxMs(tempo)).toBeGreaterThan((2 * ttlMs) / tempo);
    }),
  );
});

test('at every tempo a move has as long as the slowest lever takes to be verified, and as long again', () => {
  const slowestMs = beaconOf().periodMs * 5;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (tempo) => {
      expect(deadlineMs(tempo)).toBeGreaterThanOrEqual((2 * slowestMs) / tempo);
    }),
  );
});

test('at every tempo a play waits for its canaries as long as they take to run twice, and not for ever', () => {
  const canaryMs = 60_000;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (tempo) => {
      expect(calmMaxMs(tempo)).toBeGreaterThan((2 * canaryMs) / tempo);
      expect(calmMaxMs(tempo)).toBeLessThanOrEqual(6 * 60_000);
    }),
  );
});
