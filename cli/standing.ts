import type { Instant, Region } from '../core/brand.ts';
import type { Entry } from '../core/entry.ts';
import type { AlarmReading } from '../core/evidence.ts';
import { sightsOf } from '../core/report.ts';
import { regionNames, type Service } from '../core/service.ts';
import { lasting } from './question.ts';

/** How a region, or the front door, was last seen, and by whom. */
export interface Standing {
  readonly target: string;
  readonly state: 'good' | 'bad' | 'unknown';
  /** Who says so, and when: the alarms as they are now, and the last look that a run took. */
  readonly because: string;
}

/** A look tells of now only for so long; after that the alarms alone do. */
const lookMaxAgeMs = 5 * 60_000;

/** Health of each region and the front door, from the alarms and from what the last run saw with its own probes. */
export function standings(
  service: Service,
  alarms: readonly AlarmReading[],
  looks: readonly Entry[],
  now: Instant,
): readonly Standing[] {
  const look = looks.findLast(({ what }) => what.kind === 'decided');
  const seen =
    look?.what.kind === 'decided'
      ? { at: look.what.evidence.gatheredAt, entry: look, evidence: look.what.evidence }
      : null;
  const sights = seen === null ? [] : sightsOf(seen.evidence);
  const votes = (target: string, vote: string) =>
    sights.filter((sight) => sight.target === target && sight.vote === vote).map(({ observer }) => observer);
  return [...regionNames(service), 'front door'].map((target) => {
    const [bad, good] = [votes(target, 'bad'), votes(target, 'good')];
    const red = alarms.filter(({ region, state }) => region === target && state === 'ALARM');
    const green = alarms.filter(({ region, state }) => region === target && state === 'OK');
    const isFresh = seen !== null && now - seen.at <= lookMaxAgeMs && bad.length + good.length > 0;
    const quorum = Math.max(1, Math.min(service.policy.quorum, alarms.length || service.policy.quorum));
    const state = isFresh
      ? votedState(bad.length, good.length, service.policy.quorum)
      : votedState(red.length, green.length, quorum);
    const parts = [
      ...(seen === null || bad.length + good.length === 0
        ? []
        : [`${voters(bad, good)}, as ${seen.entry.incident ?? 'a run'} saw ${lasting(now - seen.at)} ago`]),
      ...(red.length > 0 ? [`alarms red in ${names(red)} for ${lasting(now - oldest(red))}`] : []),
      ...(green.length > 0 ? [`alarms green in ${names(green)}`] : []),
    ];
    return { target, state, because: parts.join('; ') || 'nobody has looked lately, and no alarm says anything' };
  });
}

function votedState(bad: number, good: number, quorum: number): Standing['state'] {
  if (bad >= quorum && bad > good) return 'bad';
  return good >= quorum && good > bad ? 'good' : 'unknown';
}

const voters = (bad: readonly Region[], good: readonly Region[]): string =>
  [
    ...(bad.length > 0 ? [`bad from ${bad.join(', ')}`] : []),
    ...(good.length > 0 ? [`good from ${good.join(', ')}`] : []),
  ].join(', ');

const names = (readings: readonly AlarmReading[]) => readings.map(({ observer }) => observer).join(', ');
const oldest = (readings: readonly AlarmReading[]) => Math.min(...readings.map(({ since }) => since));
