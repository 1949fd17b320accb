import type { Instant, Region } from './brand.ts';
import type { Delivery, Entry, Happening } from './entry.ts';
import type { Evidence } from './evidence.ts';
import { isIsolated, voteOf } from './health.ts';
import type { Ending, Incident } from './incident.ts';
import { type Observation, sameTarget, type Target, targetName } from './observation.ts';
import type { Verdict } from './verdict.ts';

/** What a person reads after the incident, and what a program may read instead. */
export interface Report {
  readonly incident: string;
  readonly service: string;
  readonly ending: Ending | 'unfinished';
  readonly headline: string;
  readonly mode: Incident['mode'] | null;
  readonly requestedBy: string | null;
  readonly reason: string | null;
  readonly from: Region | null;
  readonly to: Region | null;
  readonly because: string;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly milestones: readonly Milestone[];
  /** What every observer saw of every target when it was decided. */
  readonly sights: readonly Sighting[];
  readonly timeline: readonly TimelineLine[];
  readonly deliveries: readonly Delivery[];
  readonly traffic: TrafficSummary | null;
  /** How much faster than AWS the world ran; 1 on AWS. */
  readonly tempo: number;
}

export interface Milestone {
  readonly name: MilestoneName;
  readonly at: Instant;
  /** Since the fault where it is known, else since the run began. */
  readonly afterMs: number;
}

export type MilestoneName =
  | 'fault'
  | 'first red'
  | 'admitted'
  | 'decided'
  | 'write accepted'
  | 'verified'
  | '99 % served by the standby'
  | 'concluded';

export interface Sighting {
  readonly observer: Region;
  readonly target: string;
  readonly vote: 'good' | 'bad' | 'unsteady' | 'isolated' | 'silent';
}

export interface TimelineLine {
  readonly at: Instant;
  readonly kind: Happening['kind'] | 'world';
  readonly text: string;
}

export interface TrafficSummary {
  readonly requests: number;
  readonly lost: number;
  readonly lostReads: number;
  readonly lostWrites: number;
  /** When 99 % of requests were answered by the new region, and stayed so; null where that never happened. */
  readonly recoveredAt: Instant | null;
}

/** What only the world knows, not the ledger: when the fault began, what callers saw. */
export interface Outside {
  readonly faultAt?: Instant | undefined;
  readonly firstRedAt?: Instant | undefined;
  readonly traffic?: TrafficSummary | undefined;
  readonly tempo?: number | undefined;
  readonly events?: readonly { readonly at: Instant; readonly text: string }[] | undefined;
}

/** Builds the report of one incident from its entries alone, in any order, and what the outside adds. */
export function reportOf(incident: string, entries: readonly Entry[], outside: Outside = {}): Report {
  const ordered = entries.filter((entry) => entry.incident === incident).sort((a, b) => a.at - b.at);
  const first = <K extends Happening['kind']>(kind: K) =>
    ordered.find((entry) => entry.what.kind === kind) as EntryOf<K> | undefined;
  const last = <K extends Happening['kind']>(kind: K) =>
    ordered.findLast((entry) => entry.what.kind === kind) as EntryOf<K> | undefined;
  const admitted = first('admitted');
  const decided = last('decided');
  const concluded = last('concluded');
  const verdict: Verdict | null = decided?.what.verdict ?? null;
  const plan = verdict?.kind === 'move' ? verdict.plan : null;
  return {
    incident,
    service: ordered[0]?.service ?? incident.split('#')[0] ?? incident,
    ending: concluded?.what.ending ?? 'unfinished',
    headline: concluded?.text ?? `${incident} is not concluded`,
    mode: admitted?.what.incident.mode ?? null,
    requestedBy: admitted?.what.incident.requestedBy ?? null,
    reason: admitted?.what.incident.reason ?? null,
    from: plan?.from ?? null,
    to: plan?.to ?? null,
    because: verdict?.because ?? concluded?.what.error ?? '',
    startedAt: ordered[0]?.at ?? null,
    endedAt: concluded?.at ?? null,
    milestones: milestonesOf(ordered, outside),
    sights: decided === undefined ? [] : sightsOf(decided.what.evidence),
    timeline: timelineOf(ordered, outside),
    deliveries: ordered.flatMap(({ what }) => ('deliveries' in what ? what.deliveries : [])),
    traffic: outside.traffic ?? null,
    tempo: outside.tempo ?? 1,
  };
}

type EntryOf<K extends Happening['kind']> = Entry & { readonly what: Extract<Happening, { kind: K }> };

function milestonesOf(entries: readonly Entry[], outside: Outside): Milestone[] {
  const at = (test: (what: Happening) => boolean) => entries.find(({ what }) => test(what))?.at;
  const moments: [MilestoneName, Instant | null | undefined][] = [
    ['fault', outside.faultAt],
    ['first red', outside.firstRedAt],
    ['admitted', at(({ kind }) => kind === 'admitted')],
    ['decided', at((what) => what.kind === 'decided' && what.verdict.kind === 'move')],
    ['write accepted', at((what) => what.kind === 'shifted' && what.wrote)],
    // Of a ramp the last step: until then some callers were where they were.
    ['verified', entries.findLast(({ what }) => what.kind === 'verified' && what.state === 'verified')?.at],
    ['99 % served by the standby', outside.traffic?.recoveredAt],
    ['concluded', at(({ kind }) => kind === 'concluded')],
  ];
  const known = moments.flatMap(([name, moment]) =>
    moment === null || moment === undefined ? [] : [{ name, at: moment }],
  );
  const start = outside.faultAt ?? Math.min(...known.map((moment) => moment.at));
  return known.map((moment) => ({ ...moment, afterMs: moment.at - start })).sort((a, b) => a.at - b.at);
}

/** What every observer saw of every target. */
export function sightsOf(evidence: Evidence): Sighting[] {
  const observers = [
    ...new Set([
      ...evidence.observations.map(({ observer }) => observer),
      ...evidence.silent.map(({ observer }) => observer),
    ]),
  ];
  const targets: Target[] = [];
  for (const { target } of evidence.observations) {
    if (!targets.some((known) => sameTarget(known, target))) targets.push(target);
  }
  return observers.flatMap((observer) => {
    const mine = evidence.observations.filter((observation) => observation.observer === observer);
    return targets.map((target) => ({ observer, target: targetName(target), vote: sightOf(mine, target) }));
  });
}

function sightOf(mine: readonly Observation[], target: Target): Sighting['vote'] {
  const seen = mine.filter((observation) => sameTarget(observation.target, target));
  if (seen.length === 0) return 'silent';
  return isIsolated(mine) ? 'isolated' : voteOf(seen, seen.length);
}

function timelineOf(entries: readonly Entry[], outside: Outside): TimelineLine[] {
  const world = (outside.events ?? []).map(({ at, text }) => ({ at, kind: 'world' as const, text }));
  return [...world, ...entries.map(({ at, text, what }) => ({ at, kind: what.kind, text }))].sort(
    (a, b) => a.at - b.at,
  );
}
