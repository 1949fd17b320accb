import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { healthRules } from '../../core/health.ts';
import { type Look, lately, lookOf, remember, type Sight } from '../../core/looks.ts';
import type { Memory } from '../../core/memory.ts';
import {
  allGood,
  burstOf,
  evidenceOf,
  home,
  homeDown,
  isolated,
  observers,
  orders,
  regional,
  standby,
  t0,
} from '../support/world.ts';

const windowMs = 600_000;
const rules = healthRules(orders, observers);
const [ohio, oregon] = observers;

const sight = (change: Partial<Sight> = {}): Sight => ({
  observer: ohio,
  region: home,
  request: 'read',
  good: 0,
  bad: 3,
  goodAt: null,
  badAt: t0,
  ...change,
});
const look = (at: number, ...sights: Sight[]): Look => ({ at, windowMs, sights });

describe('a look', () => {
  test('counts the probes of each observer at each region, and when the last good and bad one were sent', () => {
    const evidence = evidenceOf([homeDown, allGood, allGood]);
    const { at, sights } = lookOf(evidence, rules, windowMs, t0);

    expect(at).toBe(t0);
    expect(sights).toHaveLength(6);
    expect(sights).toContainEqual(sight());
    expect(sights).toContainEqual(sight({ region: standby, good: 3, bad: 0, goodAt: t0, badAt: null }));
  });

  test('keeps reads and writes apart', () => {
    const evidence = evidenceOf([allGood]);
    const writes = burstOf(ohio, { kind: 'regional', region: home, request: 'write' }, 'mixed', t0);
    const { sights } = lookOf(
      { ...evidence, observations: [...evidence.observations, ...writes] },
      rules,
      windowMs,
      t0,
    );

    expect(sights).toContainEqual(sight({ request: 'write', good: 1, bad: 2, goodAt: t0 - 2 }));
    expect(sights).toContainEqual(sight({ good: 3, bad: 0, goodAt: t0, badAt: null }));
  });

  test('counts nothing of an observer whose own network is gone', () => {
    const { sights } = lookOf(evidenceOf([isolated, allGood]), rules, windowMs, t0);

    expect(sights.map(({ observer }) => observer)).not.toContain(ohio);
  });

  test('counts nothing that is too old, or of the future', () => {
    const of = (at: number) =>
      lookOf({ ...evidenceOf([]), observations: burstOf(oregon, regional(home), 'bad', at) }, rules, windowMs, t0);

    expect(of(t0 - orders.policy.evidenceMaxAgeMs - 1).sights).toEqual([]);
    expect(of(t0 + 60_000).sights).toEqual([]);
  });
});

describe('what is remembered of looks', () => {
  test('a good look alone leaves no counts, because it says nothing of a brown-out', () => {
    const [memory] = remember([], look(t0, sight({ good: 3, bad: 0, goodAt: t0, badAt: null })));

    expect(memory).toMatchObject({ goodAt: t0, badAt: null, counts: [] });
  });

  test('after a bad one good looks count, too, and looks of one sixth of the window are added up', () => {
    const good = sight({ good: 3, bad: 0, goodAt: t0 + 1_000, badAt: null });
    const [memory] = remember(remember([], look(t0, sight())), look(t0 + 1_000, good));

    expect(memory).toMatchObject({ goodAt: t0 + 1_000, badAt: t0, counts: [{ at: t0, good: 3, bad: 3 }] });
  });

  test('what is older than the window is forgotten, of every observer, but not when it was seen last', () => {
    const before = remember([], look(t0, sight(), sight({ observer: oregon })));
    const after = remember(before, look(t0 + windowMs, sight({ good: 3, bad: 0, goodAt: t0 + windowMs, badAt: null })));

    expect(after.map(({ counts }) => counts)).toEqual([[], []]);
    expect(after.map(({ badAt }) => badAt)).toEqual([t0, t0]);
  });

  test('no order of looks makes the window hold more than seven counts, nor loses a probe that is in it', () => {
    const step = fc.record({ ms: fc.integer({ min: 1, max: windowMs }), good: fc.nat(5), bad: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        let at = t0;
        let known: readonly Memory[] = [];
        const sent: { at: number; bad: number }[] = [];
        for (const { ms, good, bad } of steps) {
          at += ms;
          sent.push({ at, bad });
          known = remember(known, look(at, sight({ good, bad, badAt: bad > 0 ? at : null })));
        }

        const counts = lately(known[0]?.counts ?? [], at, windowMs);
        expect(counts.length).toBeLessThanOrEqual(7);
        // A count begins with its sixth of the window, so what is younger than five sixths is in it for certain.
        const young = sent.filter((probe) => at - probe.at < (windowMs * 5) / 6).reduce((sum, { bad }) => sum + bad, 0);
        const within = sent.filter((probe) => at - probe.at < windowMs).reduce((sum, { bad }) => sum + bad, 0);
        const counted = counts.reduce((sum, { bad }) => sum + bad, 0);
        expect(counted).toBeGreaterThanOrEqual(young);
        expect(counted).toBeLessThanOrEqual(within);
      }),
    );
  });
});
