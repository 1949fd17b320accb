import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectiveWeights, rankRegions } from '../../core/choose-region.ts';
import { withStandIn } from '../../core/stand-in.ts';
import type { StoredValue } from '../../core/stored-value.ts';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];

describe('the override', () => {
  test('only ever lowers a weight', () => {
    fc.assert(
      fc.property(services, overrides, (service, override) => {
        const alone = effectiveWeights(REGIONS, service, NOTHING);
        const together = effectiveWeights(REGIONS, service, override);

        together.forEach((weight, i) => {
          expect(weight).toBeLessThanOrEqual(alone[i] ?? 0);
        });
      }),
    );
  });

  test('changes nothing in the regions in which a service is spared, and nothing more in the others', () => {
    fc.assert(
      fc.property(services, overrides, fc.subarray(REGIONS), (service, override, spared) => {
        const s = Object.fromEntries(spared.map((region) => [region, 1]));
        const alone = effectiveWeights(REGIONS, service, NOTHING);
        const lowered = effectiveWeights(REGIONS, service, override);

        const together = effectiveWeights(REGIONS, { ...service, s }, override);

        expect(together).toEqual(REGIONS.map((region, i) => (spared.includes(region) ? alone[i] : lowered[i])));
      }),
    );
  });

  test('sends the callers of the only region with a share to the standby that stands in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(REGIONS, { minLength: 3 }), fc.nat(2), viewers, (regions, left, viewer) => {
        const home = regions[left] ?? '';
        const service: StoredValue = { e: 7, w: [[home, 1000]] };

        const weights = effectiveWeights(regions, service, { e: 1, x: { [home]: -1 } });

        const [first] = rankRegions(regions, weights, viewer);
        expect(withStandIn(weights)).toEqual(regions.map((_, i) => (i === left ? -1 : i === first ? 1000 : 0)));
      }),
    );
  });

  test('fences a region for every service', () => {
    fc.assert(
      fc.property(services, viewers, (service, viewer) => {
        const weights = effectiveWeights(REGIONS, service, { e: 1, x: { 'us-east-1': -1 } });

        expect(rankRegions(REGIONS, weights, viewer)).not.toContain(0);
      }),
    );
  });

  test('that cannot be read lowers nothing', () => {
    fc.assert(
      fc.property(services, garbage, (service, x) => {
        expect(effectiveWeights(REGIONS, service, { e: 1, x } as never)).toEqual(
          effectiveWeights(REGIONS, service, NOTHING),
        );
      }),
    );
  });
});

describe('the choice', () => {
  test('S1-B2: is a region with a share wherever there is one', () => {
    fc.assert(
      fc.property(weightLists, viewers, (weights, viewer) => {
        fc.pre(weights.some((weight) => weight > 0));

        expect(weights[rankRegions(REGIONS, weights, viewer)[0] ?? -1]).toBeGreaterThan(0);
      }),
    );
  });

  test('is the default region where nobody has a share, unless that is fenced', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2, max: 0 }), { minLength: 3, maxLength: 3 }),
        viewers,
        (weights, viewer) => {
          const usable = REGIONS.map((_, i) => i).filter((i) => (weights[i] ?? 0) >= 0);

          expect(rankRegions(REGIONS, weights, viewer)).toEqual(usable);
        },
      ),
    );
  });

  test('never falls on a fenced region, first or second', () => {
    fc.assert(
      fc.property(weightLists, viewers, (weights, viewer) => {
        for (const position of rankRegions(REGIONS, weights, viewer)) {
          expect(weights[position]).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('has every region that is not fenced exactly once', () => {
    fc.assert(
      fc.property(weightLists, viewers, (weights, viewer) => {
        const usable = REGIONS.map((_, i) => i).filter((i) => (weights[i] ?? 0) >= 0);

        expect(rankRegions(REGIONS, weights, viewer).toSorted()).toEqual(usable);
      }),
    );
  });

  test('S1-B2: is the same for the same viewer', () => {
    fc.assert(
      fc.property(weightLists, viewers, (weights, viewer) => {
        expect(rankRegions(REGIONS, weights, viewer)).toEqual(rankRegions(REGIONS, [...weights], viewer));
      }),
    );
  });

  test('S1-B2: never leaves a region whose weight was raised (monotone)', () => {
    fc.assert(
      fc.property(
        weightLists,
        viewers,
        fc.nat({ max: 2 }),
        fc.nat({ max: 1_000_000 }),
        (weights, viewer, at, raise) => {
          const before = rankRegions(REGIONS, weights, viewer)[0];
          const after = rankRegions(
            REGIONS,
            weights.map((weight, i) => (i === at ? weight + raise : weight)),
            viewer,
          )[0];

          if (before === at) expect(after).toBe(at);
          else expect([before, at]).toContain(after);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is the same in whatever order the entries stand, a region that stands twice included', () => {
    fc.assert(
      fc.property(entryLists, viewers, fc.infiniteStream(fc.nat()), (entries, viewer, stream) => {
        const keys = new Map(entries.map((entry) => [entry, stream.next().value]));
        const permuted = entries.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        const of = (w: typeof entries) => rankRegions(REGIONS, effectiveWeights(REGIONS, { e: 1, w }, NOTHING), viewer);

        expect(of(permuted)).toEqual(of(entries));
      }),
    );
  });

  test('S1-B3: is the default region for a value that is garbage', () => {
    fc.assert(
      fc.property(garbage, viewers, (w, viewer) => {
        expect(rankRegions(REGIONS, effectiveWeights(REGIONS, { e: 1, w } as never, NOTHING), viewer)[0]).toBe(0);
      }),
    );
  });
});

describe('shares', () => {
  const addresses = Array.from({ length: 10_000 }, (_, i) => `10.${(i * 7) % 256}.${i >> 8}.${i % 256}`);
  const share = (weights: number[], position: number) =>
    addresses.filter((viewer) => rankRegions(REGIONS.slice(0, weights.length), weights, viewer)[0] === position)
      .length / addresses.length;

  test.each([
    [[100, 0], 1],
    [[0, 100], 0],
  ])('S1-B1: %j sends everybody to one region', (weights, expected) => {
    expect(share(weights, 0)).toBe(expected);
  });

  test.each([
    [[50, 50], 0.5],
    [[700, 300], 0.7],
    [[50, 950], 0.05],
    [[1000, 1000, 1000], 1 / 3],
  ])('S1-B1: %j are kept within three in a hundred', (weights, expected) => {
    expect(Math.abs(share(weights, 0) - expected)).toBeLessThan(0.03);
  });
});

const NOTHING: StoredValue = { e: 0 };
const names = fc.constantFrom(...REGIONS, 'mars-north-1');
const weight = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1000, max: 1000 }));
const weightLists = fc.array(weight, { minLength: 3, maxLength: 3 });
const entryLists = fc.array(fc.tuple(names, weight), { maxLength: 6 });
const services: fc.Arbitrary<StoredValue> = entryLists.map((w) => ({ e: 1, w }));
const overrides: fc.Arbitrary<StoredValue> = fc
  .dictionary(names, weight, { noNullPrototype: true })
  .map((x) => ({ e: 1, x }));
const viewers = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());

/** No entry in here is a weight for a region that exists. */
const badWeight = fc.constantFrom(
  '1',
  null,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e21,
  0.5,
  '',
  [],
  [1],
  {},
  true,
);
const garbage = fc.oneof(
  fc.constantFrom(null, undefined, 5, 'us-east-1', '', true, [], [null], [[]], [5], ['us-west-2'], {}),
  fc.array(fc.tuple(fc.constantFrom('us-west-2 ', 'US-WEST-2', 'mars-north-1'), weight)),
  fc.array(fc.tuple(names, badWeight)),
  fc.dictionary(names, badWeight, { noNullPrototype: true }),
);
