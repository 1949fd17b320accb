import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import type { HealthRules } from '../../core/health.ts';
import type { Belief, Observation } from '../../core/observation.ts';
import { assessEdges, limitsOfProof, unproven, type Written } from '../../core/proof.ts';

const [home, standby] = [region('us-east-1'), region('us-west-2')];
const observers = [region('us-east-2'), standby, region('ca-central-1')] as const;
const [a, b, c] = observers;
const now = 1_000_000;
const rules: HealthRules = { observers, quorum: 2, maxAgeMs: 60_000, burstCount: 2 };
const written: Written = {
  epoch: 7,
  weights: { [home]: 0, [standby]: 1000 },
  regions: [home, standby],
  alone: standby,
};
const theirs: Belief = { override: 0, routing: 7, weights: [0, 1000] };

const edge = (observer: typeof home, belief: Belief | undefined = theirs, servedBy = standby): Observation[] =>
  [1, 2].map((probe) => ({
    observer,
    target: { kind: 'edge' },
    at: now - probe,
    latencyMs: 5,
    outcome: { kind: 'good', servedBy, belief },
  }));

const assess = (observations: readonly Observation[], expected = written) =>
  assessEdges(observations, expected, rules, now);

describe('edges prove a write', () => {
  test('when a quorum has it', () => {
    const edges = assess([...edge(a), ...edge(b), ...edge(c, { ...theirs, routing: 6 })]);

    expect(edges).toMatchObject({ state: 'good', good: [a, b], bad: [c] });
    expect(unproven(edges)).toEqual([c]);
  });

  test('when a newer one with the same weights has overtaken it', () => {
    expect(assess([...edge(a, { ...theirs, routing: 9 }), ...edge(b)]).state).toBe('good');
  });

  test.each<[string, Belief | undefined]>([
    ['an older epoch, whatever its weights', { ...theirs, routing: 6 }],
    ['no epoch at all', { ...theirs, routing: 0 }],
    ['other weights under the same epoch', { ...theirs, weights: [900, 100] }],
    ['weights of fewer regions', { ...theirs, weights: [0] }],
    ['nothing about it', undefined],
  ])('not with %s', (_, belief) => {
    const said = (observer: typeof home) =>
      edge(observer).map((seen) => ({ ...seen, outcome: { kind: 'good', servedBy: standby, belief } }) as Observation);

    expect(assess([...said(a), ...said(b), ...said(c)]).state).toBe('bad');
  });

  test('not where they send writes elsewhere, unless traffic is shared', () => {
    const elsewhere = observers.flatMap((observer) => edge(observer, theirs, home));

    expect(assess(elsewhere).state).toBe('bad');
    expect(assess(elsewhere, { ...written, alone: null }).state).toBe('good');
  });

  test('not by the word of one, and not by silence', () => {
    expect(assess(edge(a)).state).toBe('unknown');
    expect(assess([]).state).toBe('unknown');
  });
});

test('who saw both the old and the new has not seen the new', () => {
  const [old] = edge(c, { ...theirs, routing: 6 });
  const [young] = edge(c);

  expect(unproven(assess([...edge(a), ...edge(b), ...(old && young ? [old, young] : [])]))).toEqual([c]);
});

test('who is silent is not said to lack it', () => {
  expect(unproven(assess([...edge(a), ...edge(b)]))).toEqual([]);
});

test.each([
  ['kvs', null, null],
  ['kvs', 'ca-central-1', 'but not from ca-central-1'],
  ['arc', null, 'for new connections'],
  ['beacon', 'ca-central-1', 'for new connections, but not from ca-central-1'],
] as const)('a move by %s that %s does not see is true: %s', (kind, missing, words) => {
  expect(limitsOfProof(kind, missing)).toBe(words);
});
