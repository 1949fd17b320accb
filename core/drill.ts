import type { Instant } from './brand.ts';
import type { Drill, DrillOrder, DrillTimes, PastDrill, SeenGate } from './drill-record.ts';
import type { Ending } from './incident.ts';
import { type CommandOf, done, type LedgerOutcome, nothingToDo, refused } from './ledger-command.ts';
import { automationLimit } from './limit.ts';
import { heldLease, type LedgerRecord } from './record.ts';
import type { HoldReason } from './verdict.ts';

/* The rules by which the ledger's record keeps a drill. */

/** The run that began the drill leads it back; after so long the reconciler starts one that does. */
export const drillGraceMs = 60_000;

/** After so long people hear that traffic has not returned, whoever should have led it back. */
export const drillTellAfterMs = 10 * 60_000;

/** Whether a run of a drill may not be admitted, whatever else is free; null for every other run. */
export function drillRefusal(record: LedgerRecord, order: DrillOrder | undefined): LedgerOutcome | null {
  const { drill, lastDrill, service } = record;
  if (order === undefined) return null;
  if (order.kind === 'out') {
    return drill === null
      ? null
      : refused(record, 'drilling', `${drill.incident} practises with ${service} until ${iso(drill.until)}`);
  }
  if (drill?.incident === order.of) return null;
  return lastDrill?.incident === order.of
    ? refused(record, 'drill-over', `the drill ${order.of} is over (${lastDrill.result}): ${lastDrill.because}`)
    : refused(record, 'drill-unknown', `the ledger knows nothing of the drill ${order.of}`);
}

/** The drill as it stands right before a write of its run. */
export const drillBegun = (given: NonNullable<CommandOf<'renew'>['drill']>, now: Instant): Drill => ({
  ...given,
  until: now + given.holdMs,
  outMs: null,
  toldAt: null,
});

/** A drill that something else than its own end put an end to. */
export function interrupted(record: LedgerRecord, by: string | null, because: string, now: Instant): LedgerRecord {
  return record.drill === null ? record : over(record, record.drill, { result: 'INTERRUPTED', because, by }, null, now);
}

/** Only where automation would move the service: else the drill would show nothing. */
export function beginDetection(
  record: LedgerRecord,
  { id, region, by, reason, until }: CommandOf<'begin-detection'>,
  now: Instant,
): LedgerOutcome {
  const { drill, detection, service, lease } = record;
  // Asked again, because the answer was lost.
  if (detection?.id === id) return done(record);
  const limit = automationLimit(record, { mode: 'automatic', force: false, policy: anyPolicy }, now);
  if (limit !== null) return refused(record, limit.refusal, limit.because);
  if (drill !== null || detection !== null) {
    return refused(record, 'drilling', `${drill?.incident ?? detection?.id} practises with ${service} already`);
  }
  const held = heldLease(record, now);
  if (held?.purpose === 'move') return refused(record, 'held', `${lease?.holder} works on ${service}`);
  return done({ ...record, detection: { id, region, by, reason, startedAt: now, until } });
}

/** Whether automation may move it at all, whoever begins a drill has asked the configuration. */
const anyPolicy = { automatic: true, cooldownMs: 0 };

/** The chain from canary to move did not fire. */
export function endDetection(record: LedgerRecord, { id }: CommandOf<'end-detection'>, now: Instant): LedgerOutcome {
  const { detection } = record;
  if (detection?.id !== id || !isDetectionOver(record, now)) return nothingToDo(record);
  const because = `${detection.region} looked ill to observers until ${iso(detection.until)}, and nothing moved`;
  const nothing = { incident: id, startedAt: detection.startedAt, outMs: null, detects: id };
  return done(over({ ...record, detection: null }, nothing, { result: 'FAILED', because, by: null }, null, now));
}

/** A run that looked at the last moment has had its time. */
export const isDetectionOver = (record: Pick<LedgerRecord, 'detection' | 'lease'>, now: Instant): boolean =>
  record.detection !== null && now >= record.detection.until + drillGraceMs && heldLease(record, now) === null;

/** A planned drill that was not let in. */
export function skipped(
  record: LedgerRecord,
  { id, plan, gate, because }: CommandOf<'skip-drill'>,
  now: Instant,
): LedgerRecord {
  const { lastDrill } = record;
  if (lastDrill?.incident === id) return record;
  const past = { incident: id, result: 'SKIPPED', because: `${gate}: ${because}`.slice(0, becauseMax), plan } as const;
  const none = { startedAt: now, endedAt: now, endedBy: null, outMs: null, backMs: null };
  return {
    ...record,
    lastDrill: { ...past, ...none, before: timesBefore(lastDrill) },
    seenGates: withGate(record.seenGates, gate, now),
  };
}

const withGate = (seen: readonly SeenGate[], gate: string, at: Instant): readonly SeenGate[] =>
  [...seen.filter((other) => other.gate !== gate), { gate, at }].slice(-gatesMax);

/** More than there are; a record that a newer version wrote may hold others. */
const gatesMax = 60;

/** What the end of a run of a drill means for it. */
export function drillConcluded(record: LedgerRecord, command: CommandOf<'conclude'>, now: Instant): LedgerRecord {
  const { drill: order, ending, incident, because = ending } = command;
  const { drill, lease } = record;
  const tookMs = lease?.since === undefined ? null : now - lease.since;
  if (order?.kind === 'return') {
    if (drill?.incident !== order.of) return record;
    const end = returned(drill, ending, because, { held: command.held, red: order.red }, now);
    return over(record, drill, { ...end, by: incident }, tookMs, now);
  }
  if (order?.kind !== 'out') return record;
  const mine = drill?.incident === incident ? drill : null;
  if (mine !== null && ending === 'recovered')
    return {
      ...record,
      drill: { ...mine, outMs: mine.detects == null ? tookMs : now - mine.startedAt, until: now + mine.holdMs },
    };
  // Nobody knows where it stands: at its time a run finds out, and leads back what is still as the drill has written it.
  if (mine !== null && !untouched.has(ending)) return record;
  const result = ending === 'rolled-back' || ending === 'failed' ? 'FAILED' : 'SKIPPED';
  const nothing = { incident, startedAt: lease?.since ?? now, outMs: null, plan: order.plan };
  const gate = command.held ?? (ending === 'vetoed' ? 'hook-veto' : null);
  const seenGates = gate === null ? record.seenGates : withGate(record.seenGates, gate, now);
  return over({ ...record, seenGates }, mine ?? nothing, { result, because, by: incident }, null, now);
}

/** After these the traffic is where it was. */
const untouched: ReadonlySet<Ending> = new Set(['held', 'vetoed', 'declined', 'unanswered', 'shadowed', 'rolled-back']);

function returned(
  { until, outMs }: Drill,
  ending: Ending,
  because: string,
  { held, red }: { readonly held: HoldReason | undefined; readonly red: string | undefined },
  now: Instant,
): Pick<PastDrill, 'result' | 'because'> {
  if (ending === 'recovered' && red !== undefined) {
    return { result: 'FAILED', because: `${red} while the traffic is away: it was led back at once` };
  }
  if (ending === 'recovered') {
    return now >= until
      ? { result: 'SUCCEEDED', because: 'moved, held and led back, each proven' }
      : { result: 'INTERRUPTED', because: `a person ended it early: ${because}` };
  }
  if (held === 'already-there') {
    return outMs === null
      ? { result: 'FAILED', because: `it came to no proven move, and nothing was to be led back: ${because}` }
      : { result: 'INTERRUPTED', because: `somebody else had led the traffic back: ${because}` };
  }
  if (held !== undefined && real.has(held)) {
    return { result: 'INTERRUPTED', because: `the traffic stays where it is, because of what is real: ${because}` };
  }
  return { result: 'FAILED', because: `the traffic was not led back (${ending}): ${because}` };
}

/** Why a return is not made, where the reason is none of Understudy's own. */
const real: ReadonlySet<HoldReason> = new Set([
  'target-bad',
  'target-fenced',
  'no-fit-target',
  'all-regions-down',
  'everything-down',
  'drill-moved',
]);

function over(
  record: LedgerRecord,
  { incident, startedAt, outMs, plan, detects }: Pick<Drill, 'incident' | 'startedAt' | 'outMs' | 'plan' | 'detects'>,
  { result, because, by }: Pick<PastDrill, 'result' | 'because'> & { readonly by: string | null },
  backMs: number | null,
  now: Instant,
): LedgerRecord {
  const before = timesBefore(record.lastDrill);
  const past = {
    incident,
    result,
    because: because.slice(0, becauseMax),
    startedAt,
    endedAt: now,
    endedBy: by,
    plan,
    detects,
  };
  return {
    ...record,
    drill: null,
    lastDrill: { ...past, outMs, backMs: result === 'SUCCEEDED' ? backMs : null, before },
    drilledAt: result === 'SUCCEEDED' ? now : record.drilledAt,
  };
}

const becauseMax = 300;

/** Of the last one that moved traffic. */
const timesBefore = (last: PastDrill | null): DrillTimes | null =>
  last === null || last.outMs === null ? (last?.before ?? null) : timesOf(last);

const timesOf = ({ incident, outMs, backMs }: PastDrill): DrillTimes => ({ incident, outMs, backMs });

/** Nobody leads it back, though its time is over: a run has to. */
export const isReturnDue = ({ drill }: Pick<LedgerRecord, 'drill'>, now: Instant): boolean =>
  drill !== null && now >= drill.until + drillGraceMs;

/** It is still away, and nobody was told. */
export const isDrillLate = ({ drill }: Pick<LedgerRecord, 'drill'>, now: Instant): boolean =>
  drill !== null && drill.toldAt === null && now >= drill.until + drillTellAfterMs;

const iso = (at: Instant) => new Date(at).toISOString();
