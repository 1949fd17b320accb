import type { Instant, Region } from './brand.ts';
import { type Spell, spellOf } from './brown-out.ts';
import type { Evidence } from './evidence.ts';
import { assessTarget, type HealthRules } from './health.ts';
import type { Memory } from './memory.ts';
import { servingRegions, type Weights } from './routing.ts';
import type { BrownOut } from './service.ts';

/** Every region's window, with the look that is being decided about in it. */
export type SpellOf = (region: Region) => Spell;

export function spells(
  memories: readonly Memory[],
  { observers, quorum }: HealthRules,
  policy: BrownOut,
  now: Instant,
): SpellOf {
  return (region) => spellOf(memories, region, { observers, quorum, policy }, now);
}

/** The region to name where a run shall leave just one; of several the run chooses by what it sees. */
export function onlyOf(regions: readonly Region[]): Region | undefined {
  const [only, ...others] = new Set(regions);
  return others.length === 0 ? only : undefined;
}

/**
 * The region to leave where the run does not name one. Several may have a share: one that is bad before one that is browned out,
 * before one that is well; then the heaviest. Never the one to go to. Null where nobody has a share.
 */
export function sourceOf(
  weights: Weights,
  to: Region | undefined,
  { evidence, rules, spellOf }: { evidence: Evidence; rules: HealthRules; spellOf: SpellOf },
  now: Instant,
): Region | null {
  const serving = servingRegions(weights);
  const urgencyOf = (region: Region): number => {
    if (assessTarget(evidence, { kind: 'regional', region }, rules, now).state === 'bad') return 3;
    const { state } = spellOf(region);
    return state === 'over' ? 2 : state === 'half' ? 1 : 0;
  };
  const [first] = serving
    .filter((region) => region !== to)
    .map((region) => ({ region, urgency: urgencyOf(region) }))
    .sort((a, b) => b.urgency - a.urgency);
  return first?.region ?? serving[0] ?? null;
}
