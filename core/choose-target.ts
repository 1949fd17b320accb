import type { Region } from './brand.ts';
import type { Spell } from './brown-out.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { type Freeze, freezeOf } from './freeze.ts';
import { abstentionsText, observersText, type TargetHealth, writesText } from './health.ts';
import type { Fence } from './record.ts';
import type { Routing } from './routing.ts';
import { usersText, usersVetoing } from './users.ts';
import type { Objection } from './verdict.ts';

export type Choice =
  | { readonly kind: 'target'; readonly region: Region; readonly health: TargetHealth }
  | { readonly kind: 'none'; readonly objection: Objection };

/** What else than its health says whether a region may take the traffic. */
interface Fitness extends Pick<Evidence, 'readiness' | 'users'> {
  readonly fences: readonly Fence[];
  /** Those that count for this run. */
  readonly frozen?: readonly Freeze[];
}

/** The best ranked candidate that is fit; where none is, what stands against each of them. */
export function chooseTarget(
  diagnosis: Pick<Diagnosis, 'candidates'>,
  candidates: readonly Region[],
  evidence: Fitness,
  routing: Routing,
  quorum: number,
  spellOf: (region: Region) => Spell | null = () => null,
): Choice {
  const objections: Objection[] = [];
  for (const region of candidates) {
    const health = diagnosis.candidates.find((candidate) => candidate.region === region)?.health;
    const limit = targetLimit(region, health, evidence, routing, quorum) ?? brownOutLimit(region, spellOf(region));
    if (limit === null && health !== undefined) return { kind: 'target', region, health };
    if (limit !== null) objections.push(limit);
  }
  const [first] = objections;
  if (first !== undefined && objections.length === 1) return { kind: 'none', objection: first };
  return {
    kind: 'none',
    objection: {
      reason: objections.some(({ reason }) => reason === 'target-unknown') ? 'target-unknown' : 'no-fit-target',
      because: objections.map(({ because }) => because).join('; '),
      wouldChange: `one candidate that is good from ${quorum} observers, ready and not fenced`,
    },
  };
}

/** Why a region may not take the traffic, or null. */
function targetLimit(
  region: Region,
  health: TargetHealth | undefined,
  evidence: Fitness,
  { weights, overridden = [] }: Routing,
  quorum: number,
): Objection | null {
  const fence = evidence.fences.find((each) => each.region === region);
  if (fence !== undefined) {
    return {
      reason: 'target-fenced',
      because: `${fence.by} fenced ${region}: ${fence.reason}`,
      wouldChange: `understudy unfence ${region}`,
    };
  }
  if ((weights[region] ?? 0) < 0) {
    const isOverridden = overridden.includes(region);
    return {
      reason: 'target-fenced',
      because: `${region} is fenced${isOverridden ? ' by the override of regions, key g, for every service' : ''}`,
      wouldChange: isOverridden ? `understudy unfence ${region}` : `a weight of 0 or more for ${region}`,
    };
  }
  if (health?.state === 'bad') {
    return {
      reason: 'target-bad',
      because: `${region} is bad from ${observersText(health.bad)}${writesText(health)}`,
      wouldChange: `${region} good from ${quorum} observers`,
    };
  }
  if (health?.state !== 'good') {
    const seen = health === undefined ? '' : `: good from ${observersText(health.good)}${abstentionsText(health)}`;
    return {
      reason: 'target-unknown',
      because: `no quorum sees ${region} good${seen}`,
      wouldChange: `${region} good from ${quorum} observers`,
    };
  }
  const unready = evidence.readiness.find((readiness) => readiness.region === region && !readiness.ready);
  if (unready !== undefined) {
    return {
      reason: 'target-not-ready',
      because: `${region} is not ready: ${unready.check}: ${unready.detail}`,
      wouldChange: `${unready.check} ready in ${region}`,
    };
  }
  const vetoing = usersVetoing(evidence.users ?? [], region);
  if (vetoing.length > 0) {
    return {
      reason: 'target-not-ready',
      because: `${region} is vetoed by what users see: ${usersText(vetoing)} is red`,
      wouldChange: `those alarms green, or a person who names ${region}`,
    };
  }
  const freeze = freezeOf(evidence.frozen ?? [], region);
  if (freeze !== null) {
    return {
      reason: 'target-frozen',
      because: `${region} is fit, and under a change freeze by ${freeze.by}${freezeEnd(freeze)}: ${freeze.reason}`,
      wouldChange: `the region that serves down for every observer, the end of the freeze${thawText(freeze)}, or a person who names ${region}`,
    };
  }
  return null;
}

const freezeEnd = ({ until }: Freeze): string => (until === null ? '' : ` until ${new Date(until).toISOString()}`);

/** What the calendar says no command ends. */
const thawText = ({ until, region }: Freeze): string =>
  until === null ? '' : `: understudy thaw ${region ?? 'SERVICE'}`;

/** Where the source answers some, another that fails some is no better place. */
function brownOutLimit(region: Region, spell: Spell | null): Objection | null {
  if (spell === null || !spell.suspicious) return null;
  return {
    reason: 'target-bad',
    because: `${region} fails some of its probes too`,
    wouldChange: `${region} good in every look for a while`,
  };
}
