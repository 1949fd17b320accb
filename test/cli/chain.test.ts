import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chain, type Transition } from '../../cli/backtest/chain.ts';
import type { AlarmState } from '../../cli/backtest/history-page.ts';

const states: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];
const at = (seconds: number, from: AlarmState, to: AlarmState): Transition => ({ at: seconds * 1_000, from, to });

/** An alarm’s life: states it went through, and how many seconds each lasted. */
const life = fc
  .tuple(fc.constantFrom(...states), fc.array(fc.tuple(fc.constantFrom(...states), fc.nat(3)), { maxLength: 40 }))
  .map(([first, then]) => {
    let [state, seconds] = [first, 0];
    return then.flatMap(([next, later]) => {
      if (next === state) return [];
      seconds += later;
      const change = at(seconds, state, next);
      state = next;
      return [change];
    });
  });

const joins = (changes: readonly Transition[]) =>
  changes.every((change, index) => index === 0 || change.from === changes[index - 1]?.to);

describe('the changes of an alarm', () => {
  test('join one another, in whatever order a file has them, and none is lost', () => {
    fc.assert(
      fc.property(
        life.chain((changes) =>
          fc.tuple(fc.constant(changes), fc.shuffledSubarray(changes, { minLength: changes.length })),
        ),
        ([, shuffled]) => {
          const { changes, gaps } = chain(shuffled);

          expect(gaps).toEqual([]);
          expect(joins(changes)).toBe(true);
          expect(changes.map((change) => change.at)).toEqual(shuffled.map((change) => change.at).sort((a, b) => a - b));
          expect(new Set(changes)).toEqual(new Set(shuffled));
        },
      ),
    );
  });

  test('with something missing leave a time of which nothing is known, and no other', () => {
    fc.assert(
      fc.property(life, fc.nat(), (whole, pick) => {
        fc.pre(whole.length > 2);
        const lost = 1 + (pick % (whole.length - 2));
        const { changes, gaps } = chain(whole.filter((_, index) => index !== lost));

        for (const { after, before } of gaps) expect(before).toBeGreaterThanOrEqual(after);
        for (const [index, { at, to }] of changes.entries()) {
          const next = changes[index + 1];
          if (next === undefined || next.from === to) continue;
          expect(to).toBe('INSUFFICIENT_DATA');
          expect(gaps).toContainEqual(expect.objectContaining({ after: at, before: next.at, found: next.from }));
        }
      }),
    );
  });

  test('of one second begin where the alarm was well, whichever way the file goes', () => {
    const flap = [at(5, 'ALARM', 'OK'), at(5, 'OK', 'ALARM')];
    for (const changes of [flap, flap.toReversed()]) {
      expect(chain(changes).changes.map(({ to }) => to)).toEqual(['ALARM', 'OK']);
    }
  });

  test('of one second go on from the state before, or lead to the one after', () => {
    const flap = [at(5, 'ALARM', 'OK'), at(5, 'OK', 'ALARM')];
    expect(chain([...flap, at(1, 'OK', 'ALARM')]).changes.at(-1)?.to).toBe('ALARM');
    expect(chain([...flap, at(9, 'ALARM', 'INSUFFICIENT_DATA')]).gaps).toEqual([]);
  });

  test('that do not join are told with what was left and what was found', () => {
    const { changes, gaps } = chain([at(1, 'OK', 'ALARM'), at(9, 'OK', 'INSUFFICIENT_DATA')]);

    expect(changes.map(({ to }) => to)).toEqual(['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA']);
    expect(gaps).toEqual([{ after: 1_000, before: 9_000, left: 'ALARM', found: 'OK' }]);
  });
});
