import type { Instant } from '../../core/brand.ts';
import { home } from '../failover.ts';
import { simulate } from '../simulate.ts';
import type { Seen } from '../world/happening.ts';
import { epochStart } from '../world/world.ts';
import { drawNoise, hoursEach, type Noise } from './draw.ts';

/** What came of so many hours. */
export interface NoiseSurvey {
  readonly hours: number;
  readonly outages: number;
  /** Automation moved a service away from a region that was well: a line each, with the seed. */
  readonly falseMoves: readonly string[];
  /** Home was lost for two minutes or more, and no write led away from it. */
  readonly missed: readonly string[];
}

/** Plays stories of ordinary life, one for every seed, until there are so many hours. */
export async function noiseSurvey(first: number, hours: number, signal?: AbortSignal): Promise<NoiseSurvey> {
  let outages = 0;
  let played = 0;
  const falseMoves: string[] = [];
  const missed: string[] = [];
  for (; played * hoursEach < hours && signal?.aborted !== true; played++) {
    const noise = drawNoise(first + played);
    const { needless, isLeft } = await live(noise);
    if (noise.outage !== null) outages++;
    falseMoves.push(...needless.map((at) => `${noise.plan.name}: away from a region that was well, ${minute(at)}`));
    if (noise.outage !== null && !isLeft)
      missed.push(`${noise.plan.name}: not left from ${minute(epochStart + noise.outage.fromMs)} on`);
    // Virtual time never lets the event loop turn: signals have their say between stories.
    await new Promise(setImmediate);
  }
  return { hours: played * hoursEach, outages, falseMoves, missed };
}

/** A write that was on its way when the outage ended is late, and not needless. */
const lateMs = 15_000;

/** One story: when automation moved a service that was well, and whether it left home while that was lost. */
export async function live({
  plan,
  outage,
}: Noise): Promise<{ readonly needless: readonly Instant[]; readonly isLeft: boolean }> {
  const needless: Instant[] = [];
  let isLeft = false;
  const during = (at: Instant, lateBy: number): boolean =>
    outage !== null && at >= epochStart + outage.fromMs && at <= epochStart + outage.toMs + lateBy;
  const see = (seen: Seen): void => {
    if (seen.kind !== 'lever' || seen.by?.mode !== 'automatic' || seen.by.step !== 'shift') return;
    const leavesHome = (seen.after.weights[home] ?? 0) < (seen.before.weights[home] ?? 0);
    if (leavesHome && during(seen.at, lateMs)) isLeft = true;
    else needless.push(seen.at);
  };
  await simulate(plan, { checkers: [], onlookers: [see] });
  return { needless, isLeft };
}

const minute = (at: Instant): string => `minute ${Math.round((at - epochStart) / 60_000)}`;

export function noiseLines({ hours, outages, falseMoves, missed }: NoiseSurvey): readonly string[] {
  return [
    `${hours} hours of ordinary noise, in which home was lost ${outages} times for 2 to 20 minutes`,
    `${String(falseMoves.length).padStart(6)} moves away from a region that was well`,
    `${String(missed.length).padStart(6)} outages that automation did not leave`,
    ...[...falseMoves, ...missed].slice(0, 20),
  ];
}
