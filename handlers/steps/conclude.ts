import type { Instant } from '../../core/brand.ts';
import { type Conclusion, conclusion, headline } from '../../core/conclusion-message.ts';
import { asDrill } from '../../core/detection.ts';
import { isDrillOut } from '../../core/drill-record.ts';
import { followingHooks, mayBeDue } from '../../core/due-hooks.ts';
import type { Delivery } from '../../core/entry.ts';
import { approvalEntryId } from '../../core/entry.ts';
import type { ApprovalAnswer, Ending, Incident, Request } from '../../core/incident.ts';
import { answerText } from '../../core/messages.ts';
import { limitsOfProof } from '../../core/proof.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Failover } from '../../core/service.ts';
import { type Telling, tellingOf } from '../../core/telling.ts';
import { follow, moveSight } from '../../core/trouble.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Ports } from '../ports.ts';
import type { Execution } from './admit.ts';
import { deliver } from './deliver.ts';
import { appendDrilled } from './drill.ts';
import { endingOf, type Run } from './ending.ts';
import { measureRun } from './measure-run.ts';
import { release, releaseUnnamed } from './release.ts';
import { rememberTelling } from './remember.ts';

export interface ConcludeInput extends Run {
  readonly execution: Execution;
}

export interface Concluded {
  readonly ending: Ending;
  readonly headline: string;
  readonly incident: string | null;
  readonly deliveries: readonly Delivery[];
  /** ISO 8601: when the drill that this run began is over; null for every other run. */
  readonly returnAt: string | null;
  /** Whether hooks may have to be called now. */
  readonly settles: boolean;
  /** Whether this end was news to people: they hear of hooks that fail after it as often as of the run. */
  readonly isNews: boolean;
}

type ConcludePorts = Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>;

/**
 * Ends the run: ledger, the one final message, the record, metrics. Whatever came before, this tells people how it ended.
 * What this run has already concluded is not told again; only a kill after the message was sent and before that was recorded lets
 * a retry tell it twice. The other order could lose it.
 */
export async function conclude(given: ConcludeInput, ports: ConcludePorts, failover: Failover): Promise<Concluded> {
  const { execution, verdict } = given;
  const plan = verdict?.kind === 'move' ? verdict.plan : null;
  const incident = given.incident === null ? null : asDrill(given.incident, plan);
  const input = { ...given, incident };
  const outcome = endingOf(input);
  const now = ports.clock.now();
  const service = incident?.service ?? input.refusal?.service ?? failover.name;
  // By the run, and not by the incident alone: a table that was restored under a run lets the next one have the same name.
  const id = `${incident === null ? '' : `${incident.id}/`}concluded/${execution.arn}`;
  // The same of a first attempt and of one that finds that told already.
  const concluded = (ending: Ending, known: LedgerRecord | null, audience: Telling['audience']) => ({
    ending,
    incident: incident?.id ?? null,
    returnAt: returnAtOf(incident, known),
    settles: overOf(input, ending, failover) !== null,
    isNews: audience === 'people',
  });
  const earlier = await ports.ledger.find(service, incident?.id ?? null, id);
  if (earlier?.what.kind === 'concluded') {
    const { ending, deliveries, audience = 'people' } = earlier.what;
    const known = isDrillOut(incident ?? {}) ? await ports.ledger.read(service) : null;
    return { ...concluded(ending, known, audience), headline: earlier.text, deliveries };
  }

  if (incident === null) await releaseUnnamed(input, execution.arn, ports, failover);
  const record = incident === null ? null : await release(incident, input, outcome, ports, failover);
  await recordDrill(record, incident, now, ports);
  if (incident !== null && input.approval !== null) await recordAnswer(incident, input.approval, now, ports);
  const { notify } = failover;
  const about = { ...outcome, request: incident ?? input.refusal?.request ?? null, verdict: input.verdict };
  const refusal = input.refusal?.reason ?? null;
  // Without an incident a run may still have broken: people hear of that as of one trouble of Understudy itself.
  const { trouble } = record ?? (outcome.ending === 'failed' ? await ports.ledger.read(service) : { trouble: null });
  const announced = incident === null ? false : await wasAnnounced(incident, input.verdict, ports);
  const thread = incident?.id ?? service;
  const isAutomatic = incident?.mode === 'automatic';
  const attempt = moveSight(input.approval !== null, incident?.from ?? null);
  const known = announced && isAutomatic ? follow(trouble, attempt, thread, now, notify).trouble : trouble;
  const { sight, ...telling } = tellingOf(
    {
      ...about,
      refusal,
      isPlanned: isPlanned(about.request),
      incident: thread,
      isExpected: isAutomatic && (announced || input.approval !== null),
      isOvertaken: input.act?.ending === 'fenced',
    },
    known,
    now,
    notify,
  );
  const over = overOf(input, outcome.ending, failover);
  const run: Conclusion = {
    ...about,
    refusal,
    drill: record?.drill ?? null,
    isDrillLost: isDrillLost(input, outcome.ending, record),
    service,
    incident,
    execution: execution.arn,
    durationMs: now - Date.parse(execution.startTime),
    telling,
    answer: input.approval,
    remindAfterMs: notify.remindAfterMs,
    whom: whomOf(input, failover),
    fences: record?.fences,
    disarmed: record !== null && !record.armed && record.unacknowledged === incident?.id,
    following: over === null ? [] : followingHooks(over.service, over),
  };
  const deliveries = await deliver(conclusion(run, now), ports.notifiers, ports.wait, patience);
  // Where nobody was reached, the next run tells people again.
  const isTold = telling.trouble !== null && deliveries.some(({ delivered }) => delivered);
  const sighted = { kind: 'sighted', incident: thread, rules: notify, at: now } as const;
  if (announced && isAutomatic) await rememberTelling(ports, service, { ...sighted, sight: attempt, isTold: true });
  if (sight !== null) await rememberTelling(ports, service, { ...sighted, sight, isTold });
  await ports.ledger.append({
    id,
    service: run.service,
    incident: incident?.id ?? null,
    at: ports.clock.now(),
    text: headline(run),
    what: {
      kind: 'concluded',
      ending: run.ending,
      deliveries,
      durationMs: run.durationMs,
      error: plainEndings.has(run.ending) ? null : run.because,
      audience: telling.audience,
    },
  });
  measureRun(run, deliveries, now, ports.metrics);
  return { ...concluded(run.ending, record, telling.audience), headline: headline(run), deliveries };
}

/** How the run ended, as far as hooks are concerned that are called after it; null where none is. */
function overOf({ incident, verdict }: Run, ending: Ending, { services }: Failover) {
  const service = services.find(({ name }) => name === incident?.service);
  if (incident === null || service === undefined) return null;
  const over = { service, ending, mode: incident.mode, way: verdict?.kind === 'move' ? verdict.plan : null };
  return mayBeDue(service, over) ? over : null;
}

const isPlanned = (request: Request | null): boolean =>
  request?.drill?.kind === 'out' && request.drill.plan !== undefined;

/** The drill that is under way is this run's own. */
function returnAtOf(incident: Incident | null, record: LedgerRecord | null): string | null {
  const drill = record?.drill ?? null;
  if (drill === null || drill.incident !== incident?.id || drill.outMs === null) return null;
  return new Date(drill.until).toISOString();
}

/** Overtaken in a ledger that was lost or restored: it wrote, and nobody else knows. */
const isDrillLost = ({ incident, verdict }: Run, ending: Ending, record: LedgerRecord | null): boolean =>
  isDrillOut(incident ?? {}) &&
  verdict?.kind === 'move' &&
  ending === 'fenced' &&
  record?.drill?.incident !== incident?.id &&
  record?.lastDrill?.incident !== incident?.id;

/** Of a drill that this run put an end to, in the record of the incident that began it. */
async function recordDrill(
  record: LedgerRecord | null,
  incident: Incident | null,
  at: Instant,
  { ledger }: ConcludePorts,
): Promise<void> {
  const past = record?.lastDrill ?? null;
  if (past === null || incident === null || past.endedBy !== incident.id) return;
  await appendDrilled(past, incident.service, past.incident, at, ledger);
}

/** For whom a move is true, where that is not everybody. */
function whomOf({ incident, act }: Run, { services }: Failover): string | null {
  const lever = services.find(({ name }) => name === incident?.service)?.lever;
  return lever === undefined ? null : limitsOfProof(lever.kind, act?.verified?.unproven ?? null);
}

const patience = { attempts: 3, timeoutMs: 5_000, backoffMs: 500 };

/** Endings that the verdict alone explains. */
const plainEndings = new Set<Ending>(['recovered', 'rehearsed', 'held', 'shadowed']);

/** Whether people were told that this run moves traffic: they wait for its end. */
async function wasAnnounced(
  { service, id }: Incident,
  verdict: Verdict | null,
  { ledger }: ConcludePorts,
): Promise<boolean> {
  if (verdict?.kind !== 'move') return false;
  const { from, to } = verdict.plan;
  const entry = await ledger.find(service, id, `${id}/announced/${from}/${to}`);
  return entry?.what.kind === 'announced' && entry.what.audience !== 'record';
}

/** Only where whoever answered did not: the command that takes an answer writes it down at its own time. */
async function recordAnswer(
  incident: Incident,
  answer: ApprovalAnswer,
  now: Instant,
  { ledger }: ConcludePorts,
): Promise<void> {
  await ledger.append({
    id: approvalEntryId(incident.id, answer.way ?? null),
    service: incident.service,
    incident: incident.id,
    at: now,
    text: answerText(answer),
    what: { kind: 'approval', decision: answer.decision, by: answer.by },
  });
}
