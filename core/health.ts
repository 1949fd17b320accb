import type { Instant, Region } from './brand.ts';
import { type Evidence, type RedSince, saying } from './evidence.ts';
import type { Memory } from './memory.ts';
import {
  type BadReason,
  type Observation,
  type RequestKind,
  sameTarget,
  type Target,
  writesOf,
} from './observation.ts';
import type { Service } from './service.ts';
import { completing, type UserReading, usersRed, usersText, votingNow } from './users.ts';

/** How one target looks to all observers together. */
export interface TargetHealth {
  readonly target: Target;
  /** `unknown` where no quorum agrees: too few votes, or votes against each other. */
  readonly state: 'good' | 'bad' | 'unknown';
  readonly good: readonly Region[];
  readonly bad: readonly Region[];
  /** Of the bad votes those that saw reads answered well: writes alone are bad. */
  readonly writesBad: readonly Region[];
  readonly abstained: readonly Abstention[];
  /** Observers that got a bad answer at least, steadily or not. */
  readonly failing: readonly Region[];
  /** What the bad votes saw, most frequent first. */
  readonly reasons: readonly BadReason[];
  /** Since when a quorum has seen it bad; null where it is not bad. */
  readonly badSince: Instant | null;
  /** Alarms on what users see that say of the region that it is bad, and those among them that completed the quorum. */
  readonly usersRed: readonly UserReading[];
  readonly completedBy: readonly UserReading[];
  /** Each bad vote's own beginning; for regions only. */
  readonly redSince: readonly RedSince[];
}

export interface Abstention {
  readonly observer: Region;
  readonly because: 'silent' | 'stale' | 'isolated' | 'unsteady';
}

export interface HealthRules {
  readonly observers: readonly Region[];
  readonly quorum: number;
  /** Observations older than this are no evidence. */
  readonly maxAgeMs: number;
  /** Probes of one burst. */
  readonly burstCount: number;
  /** Whether the service has a write probe: then nothing is good whose writes were not seen good as well. */
  readonly writes?: boolean | undefined;
}

/** What a service's policy says of votes. */
export function healthRules({ policy, writeProbe }: Service, observers: readonly Region[]): HealthRules {
  return {
    observers,
    quorum: policy.quorum,
    maxAgeMs: policy.evidenceMaxAgeMs,
    burstCount: policy.burst.count,
    writes: writeProbe !== undefined,
  };
}

/** What so many votes come to: a quorum, and more than against. */
export function votedState(bad: number, good: number, quorum: number): TargetHealth['state'] {
  if (bad >= quorum && bad > good) return 'bad';
  return good >= quorum && good > bad ? 'good' : 'unknown';
}

/** The part of the evidence that says how targets look. */
export type Seen = Pick<Evidence, 'observations' | 'alarms' | 'earlier' | 'users'> & {
  readonly ledger?: { readonly looks: readonly Memory[] } | undefined;
};

/**
 * The votes on one target. An observer votes only on what it saw itself, lately, and steadily; one that cannot reach
 * anything at all, the control target included, has lost its own network and abstains, as does one that says nothing.
 */
export function assessTarget(evidence: Seen, target: Target, rules: HealthRules, now: Instant): TargetHealth {
  const good: Region[] = [];
  const bad: Region[] = [];
  const writesBad: Region[] = [];
  const writeTarget = rules.writes === true ? writesOf(target) : null;
  const abstained: Abstention[] = [];
  const failing: Region[] = [];
  const redSince: { observer: Region; since: Instant }[] = [];
  const seen = new Map<BadReason, number>();
  for (const observer of rules.observers) {
    const mine = evidence.observations.filter((observation) => observation.observer === observer);
    const fresh = areFresh(mine, rules.maxAgeMs, now) ? mine : [];
    const onTarget = fresh.filter((observation) => sameTarget(observation.target, target));
    const onWrites =
      writeTarget === null ? null : fresh.filter((observation) => sameTarget(observation.target, writeTarget));
    const reads = voteOf(onTarget, rules.burstCount);
    const writes = onWrites === null ? null : voteOf(onWrites, rules.burstCount);
    const vote = writes === null ? reads : both(reads, writes);
    const isFailing = [...onTarget, ...(onWrites ?? [])].some(({ outcome }) => outcome.kind === 'bad');
    if (isFailing && !isIsolated(fresh)) failing.push(observer);
    if (onTarget.length === 0) {
      abstained.push({ observer, because: mine.length > 0 && fresh.length === 0 ? 'stale' : 'silent' });
    } else if (isIsolated(fresh)) {
      abstained.push({ observer, because: 'isolated' });
    } else if (vote === 'unsteady') {
      abstained.push({ observer, because: 'unsteady' });
    } else if (vote === 'good') {
      good.push(observer);
    } else {
      bad.push(observer);
      if (reads === 'good') writesBad.push(observer);
      redSince.push({ observer, since: turnedRed(evidence, observer, target, onTarget, { reads, writes }) });
      for (const { outcome } of [...onTarget, ...(onWrites ?? [])]) {
        if (outcome.kind === 'bad') seen.set(outcome.because, (seen.get(outcome.because) ?? 0) + 1);
      }
    }
  }
  const users = target.kind === 'regional' ? usersRed(evidence.users ?? [], target.region) : [];
  const completedBy = completing({ good, bad }, votingNow(users, now), rules.quorum);
  const state = completedBy.length > 0 ? 'bad' : votedState(bad.length, good.length, rules.quorum);
  const beginnings = [
    ...redSince.map(({ since }) => since),
    ...(completedBy.length > 0 ? [Math.min(...completedBy.map(({ since }) => since))] : []),
  ];
  return {
    target,
    state,
    good,
    bad,
    writesBad,
    abstained,
    failing,
    reasons: [...seen].sort((a, b) => b[1] - a[1]).map(([reason]) => reason),
    // The moment at which the quorum was complete: the quorum-th to turn red.
    badSince: state === 'bad' ? (beginnings.sort((a, b) => a - b)[rules.quorum - 1] ?? null) : null,
    usersRed: users,
    completedBy,
    redSince: target.kind === 'regional' ? redSince.map((red) => ({ ...red, region: target.region })) : [],
  };
}

export type Vote = 'good' | 'bad' | 'unsteady';

/**
 * One observer's vote from its burst. Hysteresis on both sides: bad needs the whole burst bad, good needs the whole
 * burst good, and a burst that was cut short needs more than half of what was asked for. Anything between abstains.
 */
export function voteOf(burst: readonly Observation[], asked: number): Vote {
  if (burst.length * 2 <= asked) return 'unsteady';
  if (burst.every(({ outcome }) => outcome.kind === 'bad')) return 'bad';
  if (burst.every(({ outcome }) => outcome.kind === 'good')) return 'good';
  return 'unsteady';
}

/** Reads and writes of one observer: bad is whatever is bad in either, good only what is good in both. */
function both(reads: Vote, writes: Vote): Vote {
  if (reads === 'bad' || writes === 'bad') return 'bad';
  return reads === 'good' && writes === 'good' ? 'good' : 'unsteady';
}

/** Cannot reach the control target and sees nothing good anywhere: the fault is on the observer's side. */
export function isIsolated(fresh: readonly Observation[]): boolean {
  const control = fresh.filter(({ target }) => target.kind === 'control');
  return control.length > 0 && fresh.every(({ outcome }) => outcome.kind === 'bad');
}

/** What may be counted of all that was seen: fresh, and by observers that see anything at all. */
export function observationsThatCount(
  { observations }: Pick<Evidence, 'observations'>,
  { observers, maxAgeMs }: Pick<HealthRules, 'observers' | 'maxAgeMs'>,
  now: Instant,
): Observation[] {
  return observers.flatMap((observer) => {
    const mine = observations.filter((seen) => seen.observer === observer);
    return !areFresh(mine, maxAgeMs, now) || isIsolated(mine) ? [] : mine;
  });
}

/** A clock may run ahead of ours by this much before we stop believing its times. */
const clockSkewMs = 5_000;

/**
 * All that one observer saw, or nothing of it: a burst of which a part is left out, because a clock runs ahead or an answer took long,
 * would be steadier than what was seen.
 */
const areFresh = (seen: readonly Observation[], maxAgeMs: number, now: Instant): boolean =>
  seen.every(({ at }) => now - at <= maxAgeMs && at - now <= clockSkewMs);

/**
 * An alarm that is already red, and the previous look of this run, remember longer than a burst of a few seconds: as long as nothing
 * contradicts them. After a good answer to the same observer, in whichever run, red begins anew; a good read says nothing against
 * writes that are bad, nor a good write against reads.
 */
function turnedRed(
  { alarms, earlier, ledger }: Pick<Seen, 'alarms' | 'earlier' | 'ledger'>,
  observer: Region,
  target: Target,
  burst: readonly Observation[],
  votes: { readonly reads: Vote; readonly writes: Vote | null },
): Instant {
  const first = Math.min(...burst.map(({ at }) => at));
  if (target.kind !== 'regional') return first;
  const isThis = (of: { readonly observer: Region; readonly region: Region }) =>
    of.observer === observer && of.region === target.region;
  const goodAtOf = (request: RequestKind) =>
    ledger?.looks.find((memory) => isThis(memory) && memory.request === request)?.goodAt ?? Number.NEGATIVE_INFINITY;
  // Where both are bad, the region has been since either of them was good for the last time.
  const goodAt = Math.min(
    votes.reads === 'bad' ? goodAtOf('read') : Number.POSITIVE_INFINITY,
    votes.writes === 'bad' ? goodAtOf('write') : Number.POSITIVE_INFINITY,
  );
  const red = saying(alarms).filter((alarm) => isThis(alarm) && alarm.state === 'ALARM');
  const beginnings = [...red, ...earlier.filter(isThis)].map(({ since }) => since);
  return Math.min(first, ...beginnings.filter((since) => since > goodAt));
}

/** `us-east-2, us-west-2`; `nobody` where there is none. */
export function observersText(observers: readonly Region[]): string {
  return observers.length === 0 ? 'nobody' : observers.join(', ');
}

/** `, no vote from us-east-2 (silent)`, to end a sentence with; empty where all voted. */
export function abstentionsText({ abstained }: TargetHealth): string {
  if (abstained.length === 0) return '';
  return `, no vote from ${abstained.map(({ observer, because }) => `${observer} (${because})`).join(', ')}`;
}

/** `, completed by checkout-5xx in us-east-1, which users see`, to say who is bad; empty where observers alone are a quorum. */
export function completedText({ completedBy }: Pick<TargetHealth, 'completedBy'>): string {
  return completedBy.length === 0 ? '' : `, and of what users see ${usersText(completedBy)}`;
}

/** `: reads are well and writes are not, from us-east-2`, to end a sentence with; empty where nobody saw that. */
export function writesText({ writesBad }: Pick<TargetHealth, 'writesBad'>): string {
  return writesBad.length === 0 ? '' : `: reads are well and writes are not, from ${writesBad.join(', ')}`;
}
