import type { Instant, Region } from './brand.ts';
import type { Entry } from './entry.ts';
import { type AlarmReading, saying, unevaluable } from './evidence.ts';
import { assessTarget, healthRules, type Seen, votedState, writesText } from './health.ts';
import { lasting } from './lasting.ts';
import { type Observation, type Target, targetName } from './observation.ts';
import { regionNames, type Service } from './service.ts';
import type { TargetHealth } from './service-state.ts';

/** What observers saw when a person asked: real requests, at the moment of the question. */
export interface FreshLook {
  readonly at: Instant;
  readonly observations: readonly Observation[];
  /** Observers that could not be asked, and why. */
  readonly silent: readonly { readonly observer: Region; readonly because: string }[];
}

/** A look tells of now only for so long; after that the alarms alone do. */
const lookMaxAgeMs = 5 * 60_000;

/**
 * Health of each region and the front door, from the alarms and from what the last run saw with its own probes, reads and writes, by
 * the rule by which runs decide. What is newer says more: alarms that changed since the look, and a move that was verified after it.
 */
export function standings(
  service: Service,
  observers: readonly Region[],
  alarms: readonly AlarmReading[],
  looks: readonly Entry[],
  now: Instant,
  fresh?: FreshLook,
): readonly TargetHealth[] {
  const targets: Target[] = [
    ...regionNames(service).map((region) => ({ kind: 'regional', region }) as const),
    { kind: 'front-door' },
  ];
  return targets.map((target) => {
    const parts = [
      fresh === undefined ? null : askedIn(fresh, target, service, observers),
      target.kind === 'front-door' ? verifiedIn(looks, now) : null,
      seenIn(looks, target, service, observers, now),
      target.kind === 'regional' ? alarmed(alarms, target.region, service, now) : null,
    ].filter((part) => part !== null);
    const because = parts.flatMap(({ because }) => because).join('; ');
    // The newest that says anything; of the same age the look, which is younger than what an alarm knows.
    const [newest] = parts
      .filter(({ state, at }) => state !== 'unknown' && now - at <= lookMaxAgeMs)
      .sort((a, b) => b.at - a.at);
    const standing = newest ?? parts.find(({ isLasting }) => isLasting);
    return {
      target: targetName(target),
      state: standing?.state ?? 'unknown',
      because: because || 'nobody has looked lately, and no alarm says anything',
    };
  });
}

/** What one source says. */
interface Word {
  readonly state: TargetHealth['state'];
  /** Since when it has said so. */
  readonly at: Instant;
  readonly because: readonly string[];
  /** Whether it still tells of now when it is old. */
  readonly isLasting?: boolean;
}

function seenIn(
  looks: readonly Entry[],
  target: Target,
  service: Service,
  observers: readonly Region[],
  now: Instant,
): Word | null {
  const look = looks.findLast(({ what }) => what.kind === 'decided');
  if (look?.what.kind !== 'decided') return null;
  const { evidence } = look.what;
  const { gatheredAt: at } = evidence;
  const votes = votesIn(evidence, target, service, observers, at);
  if (votes === null) return null;
  return {
    state: votes.state,
    at,
    because: [`${votes.text}, as ${look.incident ?? 'a run'} saw ${lasting(now - at)} ago`],
  };
}

/** Of observers that were asked for this very answer. */
function askedIn(
  { at, observations }: FreshLook,
  target: Target,
  service: Service,
  observers: readonly Region[],
): Word | null {
  const votes = votesIn({ observations, alarms: [], earlier: [] }, target, service, observers, at);
  return votes === null ? null : { state: votes.state, at, because: [`${votes.text}, asked just now`] };
}

function votesIn(seen: Seen, target: Target, service: Service, observers: readonly Region[], at: Instant) {
  const health = assessTarget(seen, target, healthRules(service, observers), at);
  const { state, bad, good, reasons } = health;
  if (bad.length + good.length === 0) return null;
  const text = [
    ...(bad.length > 0 ? [`bad from ${bad.join(', ')}${writesText(health)} (${reasons.join(', ')})`] : []),
    ...(good.length > 0 ? [`good from ${good.join(', ')}`] : []),
  ].join(', ');
  return { state, text };
}

/** A move is decided while the front door is bad, and verified by requests through it. */
function verifiedIn(looks: readonly Entry[], now: Instant): Word | null {
  const isRehearsal = looks.some(({ what }) => what.kind === 'admitted' && what.incident.mode === 'rehearsal');
  const last = looks.findLast(({ what }) => what.kind === 'decided' || what.kind === 'verified');
  if (isRehearsal || last?.what.kind !== 'verified' || last.what.state !== 'verified') return null;
  const because = [`good, as ${last.incident ?? 'a run'} verified its move ${lasting(now - last.at)} ago`];
  return { state: 'good', at: last.at, because };
}

/** Since the last of its quorum changed. */
function alarmed(alarms: readonly AlarmReading[], region: Region, { policy }: Service, now: Instant): Word {
  const mine = saying(alarms).filter((alarm) => alarm.region === region);
  const [red, green] = (['ALARM', 'OK'] as const).map((state) => mine.filter((alarm) => alarm.state === state));
  const [bad, good] = [red ?? [], green ?? []];
  const quorum = Math.max(1, Math.min(policy.quorum, mine.length || policy.quorum));
  const state = votedState(bad.length, good.length, quorum);
  const deciding = state === 'bad' ? bad : good;
  const mute = unevaluable(alarms).filter((alarm) => alarm.region === region);
  return {
    state,
    at: deciding.map(({ since }) => since).sort((a, b) => a - b)[quorum - 1] ?? Number.NEGATIVE_INFINITY,
    because: [
      ...(bad.length > 0 ? [`alarms red in ${names(bad)} for ${lasting(now - oldest(bad))}`] : []),
      ...(good.length > 0 ? [`alarms green in ${names(good)}`] : []),
      ...mute.map(({ observer, evaluation }) => `the alarm in ${observer} cannot be evaluated: ${evaluation}`),
    ],
    isLasting: true,
  };
}

const names = (readings: readonly AlarmReading[]) => readings.map(({ observer }) => observer).join(', ');
const oldest = (readings: readonly AlarmReading[]) => Math.min(...readings.map(({ since }) => since));
