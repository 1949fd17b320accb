import type { Instant, Region } from './brand.ts';
import type { Evidence } from './evidence.ts';
import { type HealthRules, observationsThatCount } from './health.ts';
import type { Asked, Count, Memory } from './memory.ts';
import { requestKindOf } from './observation.ts';

/** What one look showed, in counts: small enough for the ledger's record, which outlives the run that looked. */
export interface Look {
  /** When it was gathered: the same look is remembered once, however often it is told. */
  readonly at: Instant;
  /** How long it is worth remembering. */
  readonly windowMs: number;
  readonly sights: readonly Sight[];
}

/** The probes of one observer at one region, in one look. */
export interface Sight extends Asked {
  readonly good: number;
  readonly bad: number;
  /** When the last good one and the last bad one were sent; null where there was none. */
  readonly goodAt: Instant | null;
  readonly badAt: Instant | null;
}

/** Only what an observer may vote with: fresh, and not seen by one whose own network is gone. */
export function lookOf(
  evidence: Pick<Evidence, 'observations' | 'gatheredAt'>,
  rules: HealthRules,
  windowMs: number,
  now: Instant,
): Look {
  const tallies = new Map<string, Sight>();
  for (const { observer, target, at, outcome } of observationsThatCount(evidence, rules, now)) {
    if (target.kind !== 'regional') continue;
    const { region } = target;
    const request = requestKindOf(target);
    const key = `${observer} ${region} ${request}`;
    const { good = 0, bad = 0, goodAt = null, badAt = null } = tallies.get(key) ?? {};
    tallies.set(
      key,
      outcome.kind === 'good'
        ? { observer, region, request, good: good + 1, bad, goodAt: later(goodAt, at), badAt }
        : { observer, region, request, good, bad: bad + 1, goodAt, badAt: later(badAt, at) },
    );
  }
  return { at: evidence.gatheredAt, windowMs, sights: [...tallies.values()] };
}

/** Adds a look to what is remembered, and forgets what is older than its window. */
export function remember(known: readonly Memory[], { at, windowMs, sights }: Look): readonly Memory[] {
  const bucketMs = Math.max(1, Math.ceil(windowMs / bucketsMax));
  const bucket = Math.floor(at / bucketMs) * bucketMs;
  const left = known.map((memory) => ({ ...memory, counts: lately(memory.counts, at, windowMs) }));
  const seen = sights.map((sight) => {
    const before = left.find((memory) => isOf(memory, sight));
    return {
      observer: sight.observer,
      region: sight.region,
      request: sight.request,
      goodAt: later(before?.goodAt ?? null, sight.goodAt),
      badAt: later(before?.badAt ?? null, sight.badAt),
      counts: counted(before?.counts ?? [], bucket, sight),
    };
  });
  return [...left.filter((memory) => !sights.some((sight) => isOf(memory, sight))), ...seen];
}

/** Observers whose last answer of a region, to reads or to writes, was a bad one, not longer ago than that. */
export const seeingBad = (looks: readonly Memory[], name: Region, withinMs: number, now: Instant): number =>
  new Set(
    looks
      .filter(
        ({ region, badAt, goodAt }) =>
          region === name && badAt !== null && badAt > (goodAt ?? -Infinity) && now - badAt <= withinMs,
      )
      .map(({ observer }) => observer),
  ).size;

/** The window slides by a sixth of its length: evidence carries them all for each observer and region, so fewer is better. */
const bucketsMax = 6;

/** Good probes alone say nothing about a brown-out, and nothing is kept of them. */
function counted(counts: readonly Count[], at: Instant, { good, bad }: Sight): readonly Count[] {
  if (counts.every((count) => count.bad === 0) && bad === 0) return [];
  const last = counts.at(-1);
  return last?.at === at
    ? [...counts.slice(0, -1), { at, good: last.good + good, bad: last.bad + bad }]
    : [...counts, { at, good, bad }];
}

export const lately = (counts: readonly Count[], now: Instant, windowMs: number): readonly Count[] =>
  counts.filter(({ at }) => now - at < windowMs);

const isOf = (memory: Asked, { observer, region, request }: Asked): boolean =>
  memory.observer === observer && memory.region === region && memory.request === request;

const later = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
