import type { Instant, Region } from './brand.ts';
import type { Delivery, Entry, Happening } from './entry.ts';
import type { Evidence } from './evidence.ts';
import { isIsolated, voteOf } from './health.ts';
import type { Ending, Incident } from './incident.ts';
import { answerSteps, nextSteps } from './next-steps.ts';
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
  /** Who was told what, and when, by channel. */
  readonly told: readonly Told[];
  /** The promise of the policy against what it took; null where no traffic was to be moved. */
  readonly rto: Rto | null;
  /** What there is to do now, a sentence and its command each. */
  readonly next: readonly string[];
  readonly traffic: TrafficSummary | null;
  /** How much faster than AWS the world ran; 1 on AWS. */
  readonly tempo: number;
}

export interface Told extends Delivery {
  readonly at: Instant;
  /** The first words of the message. */
  readonly subject: string;
}

/** From the fault, or the first alarm where that is not known, until callers were served: the move verified, or 99 % of them. */
export interface Rto {
  readonly targetMs: number;
  /** Null where it was not proven that callers are served again. */
  readonly tookMs: number | null;
  readonly met: boolean | null;
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
  /** Where callers of several kinds were measured: each of them apart. */
  readonly byKind?: readonly CallersOfKind[] | undefined;
}

/** Callers whose clients keep addresses and connections in one way. */
export interface CallersOfKind {
  readonly kind: string;
  readonly requests: number;
  readonly lost: number;
  readonly recoveredAt: Instant | null;
}

/** What only the world knows, not the ledger: when the fault began, what callers saw. */
export interface Outside {
  readonly faultAt?: Instant | undefined;
  readonly firstRedAt?: Instant | undefined;
  readonly traffic?: TrafficSummary | undefined;
  readonly tempo?: number | undefined;
  /** Of the policy, in the same scale as the times of the entries. */
  readonly rtoTargetMs?: number | undefined;
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
    milestones: milestonesOf(ordered, concluded?.what.ending, outside),
    sights: decided === undefined ? [] : sightsOf(decided.what.evidence),
    timeline: timelineOf(ordered, outside),
    told: ordered.flatMap(toldBy),
    rto: rtoOf(admitted?.what.incident, verdict, concluded?.what.ending, ordered, outside),
    next:
      concluded === undefined
        ? waitingSteps(ordered)
        : nextOf(
            concluded.what.ending,
            admitted?.what.incident,
            decided?.what ?? null,
            ordered[0]?.service ?? incident,
          ),
    traffic: outside.traffic ?? null,
    tempo: outside.tempo ?? 1,
  };
}

const toldBy = ({ at, text, what }: Entry): Told[] =>
  'deliveries' in what ? what.deliveries.map((delivery) => ({ ...delivery, at, subject: text })) : [];

function rtoOf(
  incident: Incident | undefined,
  verdict: Verdict | null,
  ending: Ending | undefined,
  entries: readonly Entry[],
  { faultAt, firstRedAt, traffic, rtoTargetMs }: Outside,
): Rto | null {
  // A rehearsal and a move by hand out of a region that is well keep no promise to callers.
  if (rtoTargetMs === undefined || verdict?.kind !== 'move' || incident?.mode === 'rehearsal') return null;
  if (!verdict.plan.flees) return null;
  const from = faultAt ?? firstRedAt ?? incident?.causedAt;
  const verifiedAt = ending === 'recovered' ? verifiedIn(entries) : undefined;
  const until = traffic === undefined ? verifiedAt : (traffic.recoveredAt ?? undefined);
  if (from === undefined || until === undefined) return { targetMs: rtoTargetMs, tookMs: null, met: null };
  return { targetMs: rtoTargetMs, tookMs: until - from, met: until - from <= rtoTargetMs };
}

/** Of a ramp the last step: until then some callers were where they were. */
const verifiedIn = (entries: readonly Entry[]): Instant | undefined =>
  entries.findLast(({ what }) => what.kind === 'verified' && what.state === 'verified')?.at;

/** Of several people the last one: until then the run waits. */
const isAnswer = (what: Happening): boolean => what.kind === 'approval' && (what.more ?? 0) === 0;

/** Of a run that is not over: the question that nobody has answered yet. */
function waitingSteps(entries: readonly Entry[]): string[] {
  const asked = entries.findLast(({ what }) => what.kind === 'decided' || isAnswer(what));
  if (asked?.what.kind !== 'decided' || asked.what.verdict.kind !== 'move') return [];
  const { approval, plan } = asked.what.verdict;
  return approval === null ? [] : answerSteps(asked.service, plan);
}

function nextOf(
  ending: Ending,
  incident: Incident | undefined,
  decided: Extract<Happening, { kind: 'decided' }> | null,
  service: string,
): string[] {
  const verdict = decided?.verdict ?? null;
  const about = { ending, service, mode: incident?.mode ?? null, incident: incident?.id ?? null, verdict };
  // Entries of earlier versions know no fences.
  const steps = nextSteps({ ...about, isForPeople: true, fences: decided?.evidence.ledger?.fences });
  const isMoved = ending === 'recovered' || ending === 'unproven';
  if (!isMoved || verdict?.kind !== 'move' || !verdict.plan.flees) return steps;
  const { from, to } = verdict.plan;
  const lookFor = [
    `Look for what ${from} had accepted and ${to} has not: writes that were answered and not yet replicated when it failed.`,
    'Callers whose writes were refused meanwhile may have given up, or may send them again.',
  ];
  // How an unproven one may go back stands among its own steps.
  if (ending === 'unproven') return [...steps, ...lookFor];
  return [
    ...steps,
    ...lookFor,
    `Once ${from} is well and its data is whole: understudy start ${service} --to ${from} --reason "…"`,
  ];
}

type EntryOf<K extends Happening['kind']> = Entry & { readonly what: Extract<Happening, { kind: K }> };

function milestonesOf(entries: readonly Entry[], ending: Ending | undefined, outside: Outside): Milestone[] {
  const at = (test: (what: Happening) => boolean) => entries.find(({ what }) => test(what))?.at;
  const moments: [MilestoneName, Instant | null | undefined][] = [
    ['fault', outside.faultAt],
    ['first red', outside.firstRedAt],
    ['admitted', at(({ kind }) => kind === 'admitted')],
    ['decided', at((what) => what.kind === 'decided' && what.verdict.kind === 'move')],
    ['write accepted', at((what) => what.kind === 'shifted' && what.wrote)],
    // A ramp whose first steps were proven and whose last was not is not verified.
    ['verified', ending === 'recovered' || ending === undefined ? verifiedIn(entries) : undefined],
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

const course: readonly TimelineLine['kind'][] = [
  'world',
  'operator',
  'refused',
  'admitted',
  'decided',
  'approval',
  'announced',
  'hook-asked',
  'prepared',
  'shifted',
  'verified',
  'rolled-back',
  'concluded',
  'settled',
  'arrived',
  'reprotected',
];

function timelineOf(entries: readonly Entry[], outside: Outside): TimelineLine[] {
  const world = (outside.events ?? []).map(({ at, text }) => ({ at, kind: 'world' as const, text }));
  return [...world, ...entries.map(({ at, text, what }) => ({ at, kind: what.kind, text }))].sort(
    // Within a millisecond an effect stands after its cause.
    (a, b) => a.at - b.at || course.indexOf(a.kind) - course.indexOf(b.kind),
  );
}
