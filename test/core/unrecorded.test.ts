import { describe, expect, test } from 'vitest';
import { unrecordedMove } from '../../core/agreement.ts';
import { epoch } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { freshRecord } from '../../core/record.ts';
import { heldRecord, home, orders, standby, t0 } from '../support/world.ts';

/** A lever without epochs, as routing controls are. */
const reading = (weights: Record<string, number>): RoutingReading => ({
  kind: 'read',
  routing: { epoch: null, weights },
});
const known = { ...freshRecord('orders'), epoch: epoch(3) };
const moved = { [home]: 0, [standby]: 1000 };

describe('a move past Understudy that no epoch shows', () => {
  test('is told by where the lever leads, until it is recorded', () => {
    expect(unrecordedMove(known, reading(moved), orders, t0)).toContain(
      'the lever leads to us-west-2, and the last run or person left it at us-east-1; say what was done: understudy record orders --moved-to us-west-2',
    );
    expect(unrecordedMove({ ...known, activeRegion: standby }, reading(moved), orders, t0)).toBeNull();
  });

  test('is none while a run is under way, where the lever leads to both, or cannot be read', () => {
    expect(unrecordedMove(heldRecord({ epoch: epoch(3) }), reading(moved), orders, t0)).toBeNull();
    expect(unrecordedMove(known, reading({ [home]: 500, [standby]: 500 }), orders, t0)).toBeNull();
    expect(unrecordedMove(known, { kind: 'unreadable', because: 'no' }, orders, t0)).toBeNull();
    expect(unrecordedMove(known, reading({ [home]: 0, [standby]: 0 }), orders, t0)).toBeNull();
  });

  test('is the same where epochs do show it', () => {
    const ahead: RoutingReading = { kind: 'read', routing: { epoch: epoch(4), weights: moved } };

    expect(unrecordedMove(known, ahead, orders, t0)).toContain('the lever is at epoch 4 and the ledger at 3');
  });
});
