import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import { decide } from '../../core/decide.ts';
import { drillGraceMs, drillTellAfterMs, isDrillLate, isReturnDue } from '../../core/drill.ts';
import type { DrillOrder } from '../../core/drill-record.ts';
import { endings } from '../../core/incident.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import type { Move } from '../../core/verdict.ts';
import { drillOf, pastDrillOf } from '../support/drill.ts';
import {
  allGood,
  evidenceOf,
  heldRecord,
  holder,
  home,
  homeDown,
  incidentOf,
  observers,
  orders,
  standby,
  standbyDown,
  t0,
  type View,
  withPolicy,
} from '../support/world.ts';

const out = { kind: 'out', percent: 100, holdMs: 600_000 } as const;
const back = { kind: 'return', of: 'orders#1' } as const;
const conclude = (drill: DrillOrder, ending: (typeof endings)[number], more: object = {}): LedgerCommand => ({
  kind: 'conclude',
  holder,
  epoch: epoch(1),
  incident: drill.kind === 'out' ? 'orders#1' : 'orders#2',
  mode: 'drill',
  ending,
  drill,
  because: 'so',
  movedTo: ending === 'recovered' ? standby : null,
  ...more,
});
const recordAfter = (record: LedgerRecord, command: LedgerCommand, now = t0) =>
  applyLedger(record, command, now).record;

describe('the record of a drill', () => {
  test('is there before the first write, whatever becomes of the run', () => {
    const { until, outMs, toldAt, ...begun } = drillOf();
    const renewed = recordAfter(heldRecord(), {
      kind: 'renew',
      holder,
      epoch: epoch(1),
      leaseMs: 1,
      force: false,
      drill: begun,
    });

    expect(renewed.drill).toEqual({ ...begun, until: t0 + begun.holdMs, outMs: null, toldAt: null });
  });

  test('counts the time of holding from the proof, and keeps where the service lives', () => {
    const unproven = heldRecord({
      drill: drillOf({ outMs: null, until: t0 + 1 }),
      activeRegion: home,
      movedBy: 'automation',
    });
    const held = recordAfter(unproven, conclude(out, 'recovered'));

    expect(held).toMatchObject({ activeRegion: home, movedBy: 'automation', armed: true, lease: null });
    expect(held.drill?.until).toBe(t0 + 600_000);
  });

  test('says what became of it', () => {
    const away = heldRecord({ drill: drillOf() });
    const resultAt = (command: LedgerCommand, now: number) => recordAfter(away, command, now).lastDrill?.result;

    expect(resultAt(conclude(back, 'recovered'), t0 + 540_000)).toBe('SUCCEEDED');
    expect(resultAt(conclude(back, 'recovered'), t0)).toBe('INTERRUPTED');
    expect(resultAt(conclude(back, 'held', { held: 'target-bad' }), t0 + 540_000)).toBe('INTERRUPTED');
    expect(resultAt(conclude(back, 'held', { held: 'target-unknown' }), t0 + 540_000)).toBe('FAILED');
    expect(resultAt(conclude(out, 'rolled-back'), t0)).toBe('FAILED');
    expect(recordAfter(heldRecord(), conclude(out, 'held')).lastDrill).toMatchObject({
      result: 'SKIPPED',
      because: 'so',
    });
  });

  test('compares with the last one that moved, whatever was skipped between', () => {
    const before = { incident: 'orders#0', outMs: 3_000, backMs: 2_000 };
    const skipped = pastDrillOf({ incident: 'orders#5', result: 'SKIPPED', outMs: null, backMs: null, before });
    const away = heldRecord({ drill: drillOf(), lastDrill: skipped });

    expect(recordAfter(away, conclude(back, 'recovered')).lastDrill?.before).toEqual(before);
  });

  test('is over as soon as automation or a person moves the service', () => {
    const away = heldRecord({ drill: drillOf() });
    const moved = recordAfter(away, {
      ...conclude(out, 'recovered'),
      mode: 'automatic',
      incident: 'orders#9',
    } as LedgerCommand);
    const byHand = recordAfter(away, { kind: 'record', movedTo: standby, epoch: null });

    for (const record of [moved, byHand]) {
      expect(record).toMatchObject({ drill: null, drilledAt: null, lastDrill: { result: 'INTERRUPTED' } });
    }
  });

  test('outlives every ending after which nobody knows where the traffic is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...endings), (ending) => {
        const unproven = heldRecord({ drill: drillOf({ outMs: null }) });
        const { drill, lastDrill } = recordAfter(unproven, conclude(out, ending));
        expect(drill === null).toBe(lastDrill !== null);
        if (['unproven', 'rollback-failed', 'failed', 'fenced'].includes(ending)) expect(drill).not.toBeNull();
      }),
    );
  });

  test('is begun by nobody while automation is disarmed or a drill is under way', () => {
    const acquire = {
      kind: 'acquire',
      holder,
      mode: 'drill',
      force: false,
      policy: orders.policy,
      drill: out,
    } as const;
    const disarmed = { ...freshRecord('orders'), armed: false, unacknowledged: 'orders#0' };

    expect(applyLedger(disarmed, acquire, t0)).toMatchObject({ kind: 'refused', refusal: 'disarmed' });
    expect(applyLedger({ ...freshRecord('orders'), drill: drillOf() }, acquire, t0)).toMatchObject({
      refusal: 'drilling',
    });
    // The way back of one is open all the same.
    const away = { ...disarmed, drill: drillOf() };
    expect(applyLedger(away, { ...acquire, drill: back }, t0).kind).toBe('done');
  });

  test('asks for a return a minute after its time, and for people ten minutes after it, once', () => {
    const { until } = drillOf();
    const record = { ...freshRecord('orders'), drill: drillOf() };

    expect([isReturnDue(record, until), isReturnDue(record, until + drillGraceMs)]).toEqual([false, true]);
    expect([isDrillLate(record, until), isDrillLate(record, until + drillTellAfterMs)]).toEqual([false, true]);
    const told = recordAfter(
      record,
      { kind: 'tell-of-drill', incident: 'orders#1', at: until + drillTellAfterMs },
      until + drillTellAfterMs,
    );
    expect(isDrillLate(told, until + 10 * drillTellAfterMs)).toBe(false);
  });
});

const three = (view: View, more: Parameters<typeof evidenceOf>[1] = {}) => evidenceOf([view, view, view], more);
const decided = (drill: DrillOrder, evidence: ReturnType<typeof three>, more: object = {}, policy: object = {}) =>
  decide(
    withPolicy(orders, policy),
    incidentOf({ mode: 'drill', drill, ...more }),
    evidence,
    observers,
    { weights: true },
    t0,
  );
const wayBack = { from: standby, to: home };
const away = (more: object = {}) => ({
  weights: { [home]: 0, [standby]: 1000 },
  ledger: heldRecord({ drill: drillOf(more) }),
});

describe('a drill is decided', () => {
  test('by as much as was asked for, in one step', () => {
    const { plan } = decided({ ...out, percent: 10 }, three(allGood)) as Move;

    expect(plan.steps).toEqual([{ percent: 10, weights: { [home]: 900, [standby]: 100 }, bakeMs: 0 }]);
  });

  test.each([
    ['home is bad', three(homeDown)],
    ['the front door is bad', three({ ...allGood, frontDoor: 'bad' })],
  ])('against where %s: it is no way out of trouble', (_, evidence) => {
    expect(decided(out, evidence)).toMatchObject({ kind: 'hold', reason: 'not-well' });
  });

  test('against a standby that is bad or fenced, whoever names it', () => {
    const fence = { region: standby, by: 'ada', reason: 'work', at: t0 };

    expect(decided(out, three(standbyDown), { to: standby }).kind).toBe('hold');
    expect(decided(out, three(allGood, { ledger: heldRecord({ fences: [fence] }) }), { to: standby })).toMatchObject({
      reason: 'target-fenced',
    });
  });

  test('back to exactly what was there, active-active too', () => {
    const prior = { [home]: 500, [standby]: 500 };
    const shared = away({ percent: 10, prior, weights: { [home]: 450, [standby]: 550 } });
    const { plan } = decided(
      back,
      three(allGood, { ...shared, weights: { [home]: 450, [standby]: 550 } }),
      wayBack,
    ) as Move;

    expect(plan.steps.at(-1)?.weights).toEqual(prior);
  });

  test('never back into a region that a quorum sees bad', () => {
    expect(decided(back, three(homeDown, away()), wayBack)).toMatchObject({ kind: 'hold', reason: 'target-bad' });
  });

  test('on, in the middle of the ramp by which it goes home', () => {
    const evidence = three(allGood, { ...away(), weights: { [home]: 500, [standby]: 500 } });
    const routing = { kind: 'read', routing: { epoch: epoch(1), weights: { [home]: 500, [standby]: 500 } } } as const;

    expect(decided(back, { ...evidence, routing }, wayBack).kind).toBe('move');
  });

  test('by a write, where what is read may be older than what the drill wrote and nobody proved', () => {
    const unread = { ...away({ outMs: null }), weights: { [home]: 1000, [standby]: 0 } };

    expect((decided(back, three(allGood, unread), wayBack) as Move).plan.steps).toEqual([
      { percent: 100, weights: { [home]: 1000, [standby]: 0 }, bakeMs: 0 },
    ]);
    expect(decided(back, three(allGood, { ...unread, ledger: away().ledger }), wayBack)).toMatchObject({
      reason: 'already-there',
    });
  });
});
