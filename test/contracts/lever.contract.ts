import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epoch } from '../../core/brand.ts';
import type { LeverTraits } from '../../core/lever.ts';
import type { Routing, Weights } from '../../core/routing.ts';
import type { Lever, LeverIntent } from '../../handlers/ports.ts';
import { leverBehavesAsModel } from './lever.model.ts';

/** A lever of a service with its home in us-east-1 and its standby in us-west-2, in a world of its own. */
export interface LeverStage {
  readonly lever: Lever;
  /** Another process that holds the same lever. */
  readonly rival: Lever;
  /** Lets the time go by that the lever needs between two writes; none, where it is left out. */
  readonly pass?: () => Promise<unknown>;
}

/** What every lever promises, and what its traits promise beyond that. In each new stage the home region serves. */
export function leverContract(
  name: string,
  traits: LeverTraits,
  newStage: () => Promise<LeverStage>,
  keepsEpoch = traits.compareAndSet,
): void {
  describe(`the lever over ${name}`, () => {
    test('declares its traits', async () => {
      const { lever } = await newStage();

      expect(lever.traits).toEqual(traits);
    });

    test('says that the home region serves', async () => {
      const { lever } = await newStage();

      expect((await routingOf(lever)).weights).toEqual(home);
    });

    test('moves, and whoever reads it says so', async () => {
      const { lever, rival } = await newStage();

      const outcome = await lever.write(away(7));

      expect(outcome).toMatchObject({ kind: 'accepted', routing: { weights: standby } });
      for (const reader of [lever, rival]) {
        expect(await reader.read()).toEqual({ kind: 'read', routing: 'routing' in outcome && outcome.routing });
      }
    });

    test('the same intent again is unchanged: a retry after a lost answer is safe', async () => {
      const { lever, rival } = await newStage();
      await lever.write(away(7));

      expect(await lever.write(away(7))).toMatchObject({ kind: 'unchanged', routing: { weights: standby } });
      expect(await rival.write(away(7))).toMatchObject({ kind: 'unchanged', routing: { weights: standby } });
      expect((await routingOf(lever)).weights).toEqual(standby);
    });

    test('does not write over what changed since the decision', async () => {
      const { lever, rival } = await newStage();
      await rival.write(away(6));

      expect(await lever.write({ epoch: epoch(7), weights: home, expected: home })).toMatchObject({
        kind: 'moved-meanwhile',
        routing: { weights: standby },
      });
      expect((await routingOf(lever)).weights).toEqual(standby);
    });

    test('does not write over a state that nobody expected', async () => {
      const { lever, rival } = await newStage();
      const shared = await rival.write({ epoch: epoch(6), weights: both, expected: home });

      if (shared.kind === 'refused') expect((await routingOf(lever)).weights).toEqual(home);
      else expect(await lever.write(away(7))).toMatchObject({ kind: 'moved-meanwhile', routing: { weights: both } });
    });

    test('leads back to exactly where it was', async () => {
      const { lever } = await newStage();
      const prior = await routingOf(lever);
      await lever.write(away(7));

      const outcome = await lever.write({ epoch: epoch(7), weights: prior.weights, expected: standby });

      expect(outcome.kind).toBe('accepted');
      expect((await routingOf(lever)).weights).toEqual(prior.weights);
    });

    test('behaves as a toy does, whatever two processes write and read', () =>
      leverBehavesAsModel(keepsEpoch, newStage));

    if (traits.weights) {
      test('holds shares', async () => {
        const { lever } = await newStage();
        const ramp = { 'us-east-1': 950, 'us-west-2': 50 };

        await lever.write({ epoch: epoch(7), weights: ramp, expected: home });

        expect((await routingOf(lever)).weights).toEqual(ramp);
      });

      test('holds a fence', async () => {
        const { lever } = await newStage();
        const fenced = { 'us-east-1': -1, 'us-west-2': 1_000 };

        await lever.write({ epoch: epoch(7), weights: fenced, expected: home });

        expect((await routingOf(lever)).weights).toEqual(fenced);
      });
    }

    if (traits.compareAndSet) {
      test('tells the epoch of the last write', async () => {
        const { lever } = await newStage();

        await lever.write(away(7));

        expect((await routingOf(lever)).epoch).toBe(7);
      });

      test('an older epoch changes nothing, even where it expects what stands', async () => {
        const { lever, rival } = await newStage();
        await lever.write(away(7));

        const outcome = await rival.write({ epoch: epoch(6), weights: home, expected: standby });

        expect(outcome).toEqual({ kind: 'fenced', epoch: 7 });
        expect(await routingOf(lever)).toEqual({ epoch: 7, weights: standby });
      });

      test('a newer epoch takes over weights that stand already, so that the older one is fenced', async () => {
        const { lever, rival } = await newStage();
        await lever.write(away(7));

        await rival.write({ epoch: epoch(8), weights: standby, expected: standby });

        expect(await lever.write({ epoch: epoch(7), weights: home, expected: standby })).toEqual({
          kind: 'fenced',
          epoch: 8,
        });
      });

      test('of rivals that want different things at once, one has its way and the others learn of it', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 4 }),
            async (at) => {
              const { lever, rival } = await newStage();

              const outcomes = await Promise.all(
                at.map((own, index) =>
                  (index % 2 === 0 ? lever : rival).write({
                    epoch: epoch(own),
                    weights: { 'us-east-1': 0, 'us-west-2': own },
                    expected: home,
                  }),
                ),
              );

              const accepted = at.filter((_, index) => outcomes[index]?.kind === 'accepted');
              expect(accepted).toHaveLength(1);
              for (const { kind } of outcomes) expect(['accepted', 'moved-meanwhile', 'fenced']).toContain(kind);
              const [winner = 0] = accepted;
              expect(await routingOf(lever)).toEqual({
                epoch: winner,
                weights: { 'us-east-1': 0, 'us-west-2': winner },
              });
            },
          ),
          { numRuns: 15 },
        );
      });

      test('the epoch never falls, whatever is written', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), share), { maxLength: 8 }),
            async (writes) => {
              const { lever } = await newStage();
              let last = -1;
              for (const [at, weights] of writes) {
                const { weights: expected } = await routingOf(lever);
                const outcome = await lever.write({ epoch: epoch(at), weights, expected });
                const now = await routingOf(lever);
                expect(now.epoch ?? -1).toBeGreaterThanOrEqual(last);
                expect(outcome.kind === 'fenced').toBe(at < last);
                last = now.epoch ?? -1;
              }
            },
          ),
          { numRuns: 15 },
        );
      });
    }
  });
}

export const home: Weights = { 'us-east-1': 1_000, 'us-west-2': 0 };
export const standby: Weights = { 'us-east-1': 0, 'us-west-2': 1_000 };
export const both: Weights = { 'us-east-1': 500, 'us-west-2': 500 };

const share = fc.integer({ min: 0, max: 1_000 }).map((east) => ({ 'us-east-1': east, 'us-west-2': 1_000 - east }));

/** The move away from home, as it is decided while home serves. */
export const away = (at: number): LeverIntent => ({ epoch: epoch(at), weights: standby, expected: home });

export async function routingOf(lever: Lever): Promise<Routing> {
  const reading = await lever.read();
  if (reading.kind !== 'read') throw new Error(reading.because);
  return reading.routing;
}
