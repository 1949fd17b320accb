import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { applyLedger } from '../../core/ledger.ts';
import { freshRecord, type LedgerRecord, lastServing } from '../../core/record.ts';
import { home, orders, standby, t0 } from '../support/world.ts';

const recorded = (record: LedgerRecord, movedTo: typeof home, serving?: readonly (typeof home)[]) =>
  applyLedger(record, { kind: 'record', movedTo, epoch: epoch(4), serving }, t0).record;

describe('a move by hand that a person records', () => {
  test('leaves the region that it names with everything where nothing else is known', () => {
    expect(recorded(freshRecord('orders'), standby)).toMatchObject({
      epoch: 4,
      activeRegion: standby,
      serving: [standby],
      movedBy: 'person',
    });
  });

  test('was out of the region of the last move, where that is known', () => {
    const before = { ...freshRecord('orders'), activeRegion: home };

    expect(recorded(before, standby).left).toEqual({ region: home, at: t0, incident: null });
    expect(recorded(freshRecord('orders'), standby).left).toBeNull();
    expect(recorded(before, home).left).toBeNull();
  });

  test('keeps every region that has a share, so that each is looked after', () => {
    const record = recorded(freshRecord('orders'), home, [home, standby]);

    expect(record).toMatchObject({ activeRegion: home, serving: [home, standby] });
    expect(lastServing(record, orders)).toEqual([home, standby]);
  });

  test('changes nothing where it is known, and the shares where those are others', () => {
    const once = recorded(freshRecord('orders'), home, [home, standby]);

    expect(recorded(once, home, [standby, home])).toBe(once);
    expect(recorded(once, home, [home]).serving).toEqual([home]);
  });
});

describe('an event about a region while automation may not move', () => {
  const paused = { by: 'Ada', reason: 'maintenance', at: t0 - 1, until: t0 + 3_600_000, remindedAt: null };
  const event = (about: typeof home, record: Partial<LedgerRecord>) =>
    applyLedger(
      { ...freshRecord('orders'), paused, ...record },
      { kind: 'acquire', holder: 'run-1', mode: 'automatic', force: false, policy: orders.policy, about },
      t0,
    );

  test('is looked at where the region has a share beside the one that leads', () => {
    const outcome = event(standby, { activeRegion: home, serving: [home, standby] });

    expect(outcome).toMatchObject({ kind: 'done', record: { lease: { purpose: 'look' } } });
  });

  test('is refused of a region that was left', () => {
    expect(event(home, { activeRegion: standby, serving: [standby] })).toMatchObject({
      kind: 'refused',
      refusal: 'paused',
    });
  });
});
