import { describe, expect, test } from 'vitest';
import { inTurn, ratios, roundsMin, spread } from '../../bench/spread.ts';

describe('a spread', () => {
  test('has the middle one of an odd count, and the mean of the two in the middle of an even one', () => {
    expect(spread([9, 1, 4])).toEqual({ median: 4, min: 1, max: 9, count: 3 });
    expect(spread([10, 1, 4, 2])).toEqual({ median: 3, min: 1, max: 10, count: 4 });
  });

  test('of nothing is refused', () => {
    expect(() => spread([])).toThrow('nothing was measured');
  });
});

describe('ratios', () => {
  test('are taken round by round, so that a busy round weighs on both', () => {
    // The medians are 20 and 30: their ratio says nothing about any round.
    expect(ratios([10, 200, 20], [10, 100, 30]).median).toBe(1);
  });

  test('of measurements without partners are refused', () => {
    expect(() => ratios([1, 2], [1])).toThrow('no partners');
  });
});

describe('in turn', () => {
  test('everything is measured once a round, and each round begins with another', async () => {
    const order: string[] = [];

    const samples = await inTurn(['a', 'b', 'c'], { rounds: 3, budgetMs: 60_000 }, (key) => order.push(key));

    expect(order.join('')).toBe('abcbcacab');
    expect(samples).toEqual({ a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] });
  });

  test('a budget that is used up ends the rounds, but not before there is something to compare', async () => {
    const { a } = await inTurn(['a'], { rounds: 100, budgetMs: 0 }, () => 1);

    expect(a).toHaveLength(roundsMin);
  });
});
