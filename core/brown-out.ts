import type { Instant, Region } from './brand.ts';
import { lately } from './looks.ts';
import type { Count, Memory } from './memory.ts';
import type { RequestKind } from './observation.ts';
import { type BrownOut, regionNames, type Service } from './service.ts';

/** How a region did over the window of looks, as a quorum of observers saw it. */
export interface Spell {
  readonly region: Region;
  /**
   * `over`: a quorum of observers each saw at least the policy's share of bad probes. `half`: at least half of that.
   * `under`: enough probes, and less. `unknown`: too few probes to say.
   */
  readonly state: 'over' | 'half' | 'under' | 'unknown';
  /** From 0 to 1: what a quorum of observers each saw at least. */
  readonly share: number;
  /** Probes in the window of the observer that saw just that. */
  readonly probes: number;
  /** Whether it is worth looking on: a quarter of the policy's share over all observers, even if of few probes. */
  readonly suspicious: boolean;
}

type Share = Omit<Spell, 'region'>;

interface SpellRules {
  readonly observers: readonly Region[];
  readonly quorum: number;
  readonly policy: BrownOut;
}

/**
 * The stated rule of brown-outs. `memories` are those of the ledger with the latest look added. A region does as well as the worse of
 * its reads and its writes, each over the whole window, because the worse of both in each look would be worse than either.
 */
export function spellOf(memories: readonly Memory[], region: Region, rules: SpellRules, now: Instant): Spell {
  const of = (request: RequestKind): Share => {
    const mine = memories.filter((memory) => memory.region === region && memory.request === request);
    return shareOf(mine, rules, now);
  };
  const [reads, writes] = [of('read'), of('write')];
  const worse = badnessOf(writes, reads) > 0 ? writes : reads;
  return { ...worse, region, suspicious: reads.suspicious || writes.suspicious };
}

/** Above 0 where the first is worse. */
const badnessOf = (a: Share, b: Share): number =>
  badness.indexOf(a.state) - badness.indexOf(b.state) || a.share - b.share;

const badness: readonly Spell['state'][] = ['unknown', 'under', 'half', 'over'];

/**
 * A quorum of observers must each see the share of the same kind of request, so that no single one can make it or hide it: of three
 * observers and a quorum of two, the one in the middle counts.
 */
function shareOf(memories: readonly Memory[], { observers, quorum, policy }: SpellRules, now: Instant): Share {
  const tallies = observers.map((observer) => {
    const counts = memories.find((memory) => memory.observer === observer)?.counts ?? [];
    return tallyOf(lately(counts, now, policy.windowMs));
  });
  const ofAll = tallyOf(tallies);
  // The quorum-th highest: so many observers saw at least this much.
  const ranked = tallies.filter(({ probes }) => probes >= policy.probes).sort((a, b) => b.share - a.share);
  const decisive = ranked[quorum - 1];
  return {
    state: decisive === undefined ? 'unknown' : stateOf(decisive, policy.share),
    share: decisive?.share ?? 0,
    probes: decisive?.probes ?? 0,
    suspicious: ofAll.bad > 0 && ofAll.share >= policy.share / 4,
  };
}

/** Whether looks remember enough bad answers of some region to look again. */
export function isSuspicious(
  { looks }: { readonly looks: readonly Memory[] },
  service: Service,
  now: Instant,
): boolean {
  return regionNames(service).some((region) => suspectOf(looks, region, service, now));
}

/** By all observers together, whoever they were: who may look is asked when it is looked. */
export function suspectOf(looks: readonly Memory[], region: Region, { policy }: Service, now: Instant): boolean {
  const observers = [...new Set(looks.filter((memory) => memory.region === region).map(({ observer }) => observer))];
  const rules = { observers, quorum: policy.quorum, policy: policy.brownOut };
  return spellOf(looks, region, rules, now).suspicious;
}

interface Tally {
  readonly good: number;
  readonly bad: number;
  readonly probes: number;
  readonly share: number;
}

function tallyOf(counts: readonly Pick<Count, 'good' | 'bad'>[]): Tally {
  const good = counts.reduce((sum, count) => sum + count.good, 0);
  const bad = counts.reduce((sum, count) => sum + count.bad, 0);
  return { good, bad, probes: good + bad, share: good + bad === 0 ? 0 : bad / (good + bad) };
}

function stateOf({ share: seen, probes }: Tally, share: number): Spell['state'] {
  if (seen >= thresholdOf(share, probes)) return 'over';
  return seen >= (share / 2) * (7 / 8) ? 'half' : 'under';
}

/**
 * What an estimate from so many probes must reach to count as the share. With few probes it must exceed the share by 1.6 standard
 * deviations of chance; the more there are, the closer it comes to 5 points under it, so that a region at the share itself
 * is not held back by half of the luck. From 100 probes on, and at 30 a minute or more, a region 10 points under the share
 * does not reach this in half an hour of looks, and one at the share does: 300 of 300 drawn each (docs/decisions/0017).
 */
export function thresholdOf(share: number, probes: number): number {
  return share + 1.6 * Math.sqrt((share * (1 - share)) / probes) - Math.min(0.05, share / 2);
}
