import { expect, test } from 'vitest';
import type { Policy } from '../../core/service.ts';
import { freshSeed } from '../../simulation/fresh-seed.ts';
import { drawNoise } from '../../simulation/noise/draw.ts';
import { live, noiseSurvey } from '../../simulation/noise/survey.ts';

const first = freshSeed();

test(`16 hours of ordinary noise from seed ${first} on move nothing, and what is lost meanwhile is left`, async () => {
  const { falseMoves, missed } = await noiseSurvey(first, 16);

  expect({ falseMoves, missed }).toEqual({ falseMoves: [], missed: [] });
});

/** A story in which home is lost, too. */
const noise = drawNoise(4);
const lived = (policy: Partial<Policy>) => live({ ...noise, plan: { ...noise.plan, policy } });

test('a policy that believes one observer at once is moved by the same noise', async () => {
  const brownOut = { share: 1, windowMs: 600_000, probes: 100 };

  const { needless } = await lived({ quorum: 1, dwellMs: 0, burst: { count: 1, intervalMs: 1_000 }, brownOut });

  expect(needless.length).toBeGreaterThan(0);
});

test('a service that only people move is missed', async () => {
  expect(noise.outage).not.toBeNull();
  expect(await lived({ automatic: false })).toEqual({ needless: [], isLeft: false });
});
