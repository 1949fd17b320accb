import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Region } from '../../core/brand.ts';
import { type Ending, endings, type Mode } from '../../core/incident.ts';
import { applyLedger, freshRecord } from '../../core/ledger.ts';
import { isKnownToFail, type Told, tellingOf } from '../../core/telling.ts';
import type { Hold, HoldReason, Verdict } from '../../core/verdict.ts';
import { home, incidentOf, standby, t0 } from '../support/world.ts';

const remindAfterMs = 900_000;

const holdFor = (reason: HoldReason): Hold => ({
  kind: 'hold',
  diagnosis: null,
  reason,
  because: 'so',
  wouldChange: 'x',
  recheckAfterMs: null,
  redSince: [],
});

const endOf = (
  ending: Ending,
  reason: HoldReason = 'no-fit-target',
  from: Region | null = home,
  mode: Mode = 'automatic',
) => ({
  ending,
  request: incidentOf({ mode, from: from ?? undefined }),
  verdict: (ending === 'held' ? holdFor(reason) : null) as Verdict | null,
});

const move: Verdict = {
  kind: 'move',
  diagnosis: 'region-down',
  plan: { from: home, to: standby, prior: { epoch: null, weights: {} }, steps: [], prepare: [] },
  because: 'so',
  approval: null,
};

/** Runs that end one after the other, with a ledger that remembers what each told: the moments at which people heard. */
function heard(ends: readonly { readonly end: ReturnType<typeof endOf>; readonly afterMs: number }[]): number[] {
  let record = freshRecord('orders');
  let now = t0;
  const times: number[] = [];
  for (const { end, afterMs } of ends) {
    now += afterMs;
    const { audience, trouble, isOver } = tellingOf(end, record.told, now, remindAfterMs);
    if (audience === 'people') times.push(now - t0);
    if (trouble !== null) record = applyLedger(record, { kind: 'told', trouble }, now).record;
    if (isOver) record = applyLedger(record, { kind: 'over', region: end.request.from ?? null }, now).record;
  }
  return times;
}

const each = (ms: number, ends: readonly ReturnType<typeof endOf>[]) =>
  ends.map((end, turn) => ({ end, afterMs: turn === 0 ? 0 : ms }));

describe('people', () => {
  test('hear of a trouble once, and again after a while for as long as it lasts', () => {
    const hour = Array.from({ length: 60 }, () => endOf('held', 'all-regions-down'));

    expect(heard(each(60_000, hour))).toEqual([0, 900_000, 1_800_000, 2_700_000]);
  });

  test('hear of another trouble at once', () => {
    const ends = [endOf('held', 'no-fit-target'), endOf('vetoed'), endOf('held', 'no-fit-target'), endOf('failed')];

    expect(heard(each(60_000, ends))).toEqual([0, 60_000, 180_000]);
  });

  test('hear of a run that fails on the way, whatever they know of runs that fail before', () => {
    const onTheWay = { ...endOf('failed'), verdict: move };

    expect(heard(each(60_000, [endOf('failed'), onTheWay, endOf('failed'), onTheWay]))).toEqual([0, 60_000]);
  });

  test('hear once when it is over, and at once when it begins again', () => {
    const ends = [endOf('held'), endOf('held', 'source-healthy'), endOf('held', 'source-healthy'), endOf('held')];

    expect(heard(each(60_000, ends))).toEqual([0, 60_000, 180_000]);
  });

  test('hear of a region in trouble whatever they know of another', () => {
    const ends = [endOf('vetoed'), endOf('vetoed', undefined, standby), endOf('vetoed')];

    expect(heard(each(60_000, ends))).toEqual([0, 60_000]);
  });

  test('hear once of a trouble that the front door and a region both start runs for', () => {
    const [byFrontDoor, byRegion] = [endOf('vetoed', undefined, null), endOf('vetoed')];

    expect(heard(each(60_000, [byFrontDoor, byRegion, byFrontDoor]))).toEqual([0]);
    expect(heard(each(60_000, [byRegion, byFrontDoor, byRegion]))).toEqual([0]);
  });

  test('hear once of a trouble that a run from a region without traffic has nothing to say of', () => {
    const ends = [endOf('held', 'front-door-down', null), endOf('held', 'source-not-active', standby)];

    expect(heard(each(60_000, [...ends, ...ends]))).toEqual([0]);
  });

  test('hear nothing of a region that was good all the time, or serves nobody', () => {
    const ends = [endOf('held', 'source-healthy'), endOf('held', 'source-not-active')];

    expect(heard(each(60_000, ends))).toEqual([]);
  });

  test('hear no more of a region in trouble once they moved the service away from it', () => {
    const ends = [endOf('held'), endOf('held', 'source-not-active'), endOf('held', 'source-healthy')];

    expect(heard(each(60_000, ends))).toEqual([0]);
  });

  test.each<Ending>(['recovered', 'rolled-back', 'rollback-failed', 'fenced', 'shadowed', 'rehearsed'])(
    'hear every time of a run that ended as %s',
    (ending) => {
      expect(heard(each(1_000, [endOf(ending), endOf(ending)]))).toHaveLength(2);
    },
  );

  test('hear of every run that they started themselves', () => {
    const byHand = fc.constantFrom<Mode>('manual', 'rehearsal');
    fc.assert(
      fc.property(fc.constantFrom(...endings), byHand, (ending, mode) => {
        const end = endOf(ending, 'source-healthy', home, mode);

        expect(heard(each(1_000, [end, end, end]))).toHaveLength(3);
      }),
    );
  });

  test('are never left without news of a trouble that lasts for longer than they were promised', () => {
    const troubles = fc.constantFrom(endOf('vetoed'), endOf('failed'), endOf('held'), endOf('held', 'dwell'));
    const runs = fc.array(fc.record({ end: troubles, afterMs: fc.integer({ min: 1, max: 120_000 }) }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(runs, (ends) => {
        const times = heard(ends);
        let at = 0;
        for (const { afterMs } of ends) {
          at += afterMs;
          const last = times.findLast((time) => time <= at) ?? Number.NEGATIVE_INFINITY;
          expect(at - last).toBeLessThan(remindAfterMs);
        }
      }),
    );
  });
});

describe('a move that people know to come to nothing', () => {
  const known = (what: string): Told => ({ what, region: home, at: t0 });

  test('is one that was vetoed or failed a moment ago', () => {
    expect(isKnownToFail([known('vetoed')], home, t0 + 60_000, remindAfterMs)).toBe(true);
    expect(isKnownToFail([known('failed')], home, t0 + 60_000, remindAfterMs)).toBe(true);
  });

  test('is none after that while, for another region, or where the service was only held', () => {
    expect(isKnownToFail([known('vetoed')], home, t0 + remindAfterMs, remindAfterMs)).toBe(false);
    expect(isKnownToFail([known('vetoed')], standby, t0, remindAfterMs)).toBe(false);
    expect(isKnownToFail([known('held/all-regions-down')], home, t0, remindAfterMs)).toBe(false);
  });
});
