import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyLedger } from '../../core/ledger.ts';
import { freshRecord } from '../../core/record.ts';
import { tellingOf } from '../../core/telling.ts';
import { follow, messagesMax, type Sight, sightOf } from '../../core/trouble.ts';
import type { Level, Trouble } from '../../core/trouble-record.ts';
import type { Hold, HoldReason } from '../../core/verdict.ts';
import { home, incidentOf, standby, t0 } from '../support/world.ts';

const rules = { remindAfterMs: 900_000, wellAfterMs: 600_000 };
const hourMs = 3_600_000;
const minuteMs = 60_000;

const bad = (level: Level = 2, what = 'held/target-not-ready'): Sight => ({ kind: 'bad', what, region: home, level });
const good: Sight = { kind: 'good' };

interface Heard {
  readonly atMs: number;
  readonly id: string;
  readonly state: string;
}

/** Sights one after the other, with a ledger that remembers: what people heard, and when. */
function heard(
  sights: readonly { readonly sight: Sight; readonly afterMs: number }[],
  by: typeof rules = rules,
): Heard[] {
  let trouble: Trouble | null = null;
  let now = t0;
  return sights.flatMap(({ sight, afterMs }, turn) => {
    now += afterMs;
    const followed = follow(trouble, sight, `orders#${turn}`, now, by);
    trouble = followed.trouble;
    return followed.news === null ? [] : [{ atMs: now - t0, ...followed.news }];
  });
}

const each = (ms: number, sights: readonly Sight[]) =>
  sights.map((sight, turn) => ({ sight, afterMs: turn === 0 ? 0 : ms }));
const times = (count: number, sight: Sight) => Array.from({ length: count }, () => sight);
const minutes = (all: readonly Heard[]) => all.map(({ atMs, state }) => [atMs / minuteMs, state]);

describe('people', () => {
  test('hear of a trouble once, and again after a while for as long as it lasts', () => {
    expect(minutes(heard(each(minuteMs, times(60, bad()))))).toEqual([
      [0, 'opened'],
      [15, 'reminded'],
      [30, 'reminded'],
      [45, 'reminded'],
    ]);
  });

  test.each(['unproven', 'rolled-back', 'rollback-failed'] as const)(
    'hear that a move ended as %s, however much they have heard of the same trouble',
    (ending) => {
      const much = times(20, { kind: 'news', what: 'asked', region: home } as const);
      const end = sightOf({ ending, request: incidentOf(), verdict: null });
      if (end === null) throw new Error('it says nothing');

      const before = heard(each(minuteMs, much)).length;
      const after = heard(each(minuteMs, [...much, ...times(20, bad(4)), end])).length;

      expect(after).toBeGreaterThan(before);
      expect(heard(each(minuteMs, [...much, ...times(20, bad(4)), end])).at(-1)?.atMs).toBe(40 * minuteMs);
      expect(after).toBeLessThanOrEqual(messagesMax);
    },
  );

  test('hear nothing new where reasons alternate that are as bad as one another', () => {
    const ends = [bad(2, 'held/target-not-ready'), bad(2, 'vetoed'), bad(1, 'held/dwell'), bad(2, 'failed')];

    expect(heard(each(minuteMs, ends))).toHaveLength(1);
  });

  test('hear at once that it became worse, and so again after it was better for a while', () => {
    const calm = times(14, bad(2));

    expect(minutes(heard(each(minuteMs, [bad(2), bad(4), bad(2), bad(4), ...calm, bad(4)])))).toEqual([
      [0, 'opened'],
      [1, 'reminded'],
      [16, 'reminded'],
      [18, 'reminded'],
    ]);
  });

  test('hear that it is over when the service was well for long enough, and in between nothing', () => {
    const flaps = [bad(), good, good, bad(), good, good];

    expect(minutes(heard(each(minuteMs, [...flaps, ...times(12, good)])))).toEqual([
      [0, 'opened'],
      [14, 'closed'],
    ]);
  });

  test('hear of it in the same thread where it begins anew soon after, and that it is over later than before', () => {
    const story = [bad(), ...times(11, good), bad(), ...times(21, good), good];
    const all = heard(each(minuteMs, story));

    expect(minutes(all)).toEqual([
      [0, 'opened'],
      [11, 'closed'],
      [12, 'opened'],
      [33, 'closed'],
    ]);
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(['orders#0']));
  });

  test('hear of a trouble that begins hours later as of another one', () => {
    const story = [bad(), ...times(11, good), ...times(70, good), bad()];

    expect(new Set(heard(each(minuteMs, story)).map(({ id }) => id)).size).toBe(2);
  });

  test('hear nothing of a service that was well all the time', () => {
    expect(heard(each(minuteMs, times(30, good)))).toEqual([]);
  });

  test('hear that automation tries again no oftener than every other reminder', () => {
    const attempt: Sight = { kind: 'attempt', region: home };

    expect(minutes(heard(each(minuteMs, times(60, attempt))))).toEqual([
      [0, 'opened'],
      [30, 'reminded'],
    ]);
  });

  const sight = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<Level>(1, 2, 3, 4).map((level) => bad(level)) },
    { weight: 3, arbitrary: fc.constant(good) },
    { weight: 1, arbitrary: fc.constant<Sight>({ kind: 'attempt', region: home }) },
  );
  const story = fc.array(fc.record({ sight, afterMs: fc.integer({ min: 1, max: 20 * minuteMs }) }), {
    minLength: 1,
    maxLength: 200,
  });

  test('hear at once that no region answers, however seldom they want to be reminded of what they know', () => {
    const seldom = { ...rules, remindAfterMs: 24 * hourMs };
    const flaps = [...times(2, bad()), ...times(90, good)];
    const night = [...flaps, ...flaps, ...flaps, ...flaps, ...flaps];
    const all = heard(each(minuteMs, [...night, ...times(60, good), bad(4)]), seldom);

    expect(all.at(-1)).toMatchObject({ atMs: (night.length + 60) * minuteMs, state: 'opened' });
  });

  test(`never get more than ${messagesMax} messages of a service within an hour, whatever it does`, () => {
    fc.assert(
      fc.property(story, (sights) => {
        const all = heard(sights);
        for (const { atMs } of all) {
          const within = all.filter((other) => other.atMs >= atMs && other.atMs < atMs + hourMs);
          expect(within.length).toBeLessThanOrEqual(messagesMax);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('have heard within the last quarter of an hour of every outage that is looked at, as far as the bound allows', () => {
    fc.assert(
      fc.property(story, (sights) => {
        const all = heard(sights);
        let at = 0;
        for (const { sight, afterMs } of sights) {
          at += afterMs;
          if (sight.kind !== 'bad' || sight.level !== 4) continue;
          const lately = all.filter(({ atMs }) => atMs <= at && atMs > at - hourMs);
          const isHeard = lately.some(({ atMs, state }) => state !== 'closed' && atMs > at - rules.remindAfterMs);
          // One is kept for a move that did not come out as it should, and for the end.
          expect(isHeard || lately.length >= messagesMax - 1).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

const holdFor = (reason: HoldReason, diagnosis: Hold['diagnosis'] = null): Hold => ({
  kind: 'hold',
  diagnosis,
  reason,
  because: 'so',
  wouldChange: 'x',
  recheckAfterMs: null,
  redSince: [],
});

const end = (verdict: Hold | null, change: Parameters<typeof incidentOf>[0] = {}) => ({
  ending: 'held' as const,
  request: incidentOf({ from: home, ...change }),
  verdict,
  incident: 'orders#1',
  isExpected: false,
  isOvertaken: false,
});
const told = (what: Parameters<typeof tellingOf>[0], trouble: Trouble | null = null) =>
  tellingOf(what, trouble, t0, rules).audience;

describe('the end of a run', () => {
  test('is an outage where no region is well, whatever keeps automation from moving', () => {
    for (const reason of ['paused', 'disarmed', 'cooldown', 'declined', 'not-automatic', 'all-regions-down'] as const) {
      expect(sightOf(end(holdFor(reason, 'all-regions-down')))).toMatchObject({ kind: 'bad', level: 4 });
      expect(told(end(holdFor(reason, 'all-regions-down')))).toBe('people');
    }
  });

  test('is for nobody where a limit keeps automation from a region that is well, or serves nobody', () => {
    expect(told(end(holdFor('source-healthy', 'healthy')))).toBe('record');
    expect(told(end(holdFor('source-not-active')))).toBe('record');
    expect(told(end(holdFor('home-not-green-long-enough', 'healthy')))).toBe('record');
  });

  test('that people wait for is told, whatever they know', () => {
    const { trouble } = follow(null, bad(), 'orders#0', t0 - 1, rules);
    const vetoed = { ...end(null), ending: 'vetoed' as const };

    expect(told(vetoed, trouble)).toBe('record');
    expect(told({ ...vetoed, isExpected: true }, trouble)).toBe('people');
    expect(told({ ...end(holdFor('source-healthy', 'healthy')), isExpected: true }, trouble)).toBe('people');
  });

  test('of a rehearsal, and of a start to where the traffic is, answers whoever asked, and is told to nobody else', () => {
    expect(told(end(holdFor('already-there'), { mode: 'manual', to: home }))).toBe('record');
    expect(told({ ...end(null, { mode: 'rehearsal' }), ending: 'failed' })).toBe('record');
    expect(told({ ...end(null, { mode: 'rehearsal' }), ending: 'rollback-failed' })).toBe('people');
    expect(told({ ...end(null, { mode: 'manual' }), ending: 'failed' })).toBe('people');
  });

  test('of a look that a person overtook is told to nobody; one that moved and was overtaken is', () => {
    expect(told({ ...end(null), ending: 'fenced' })).toBe('record');
    expect(told({ ...end(null), ending: 'fenced', isOvertaken: true })).toBe('people');
  });

  test('that reached nobody is told again by the next run', () => {
    const sighted = { kind: 'sighted', incident: 'orders#1', sight: bad(), rules, at: t0 } as const;
    const untold = applyLedger(freshRecord('orders'), { ...sighted, isTold: false }, t0).record;
    const known = applyLedger(untold, { ...sighted, isTold: true }, t0).record;

    expect(follow(untold.trouble, bad(), 'orders#2', t0 + 1, rules).news?.state).toBe('opened');
    expect(follow(known.trouble, bad(), 'orders#2', t0 + 1, rules).news).toBeNull();
  });

  test('of a move closes the trouble, whoever moved', () => {
    const { trouble } = follow(null, bad(), 'orders#0', t0 - 1, rules);
    const recovered = { ...end(null, { mode: 'manual', to: standby }), ending: 'recovered' as const };

    expect(tellingOf(recovered, trouble, t0, rules)).toMatchObject({
      audience: 'people',
      trouble: { id: 'orders#0', state: 'closed' },
    });
  });
});
