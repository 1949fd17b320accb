import { type Instant, unreachable } from './brand.ts';
import type { DiagnosisName } from './diagnosis.ts';
import { drillHeadline, drillLines, drillSeverity } from './drill-message.ts';
import type { Drill } from './drill-record.ts';
import { followingText } from './hook-text.ts';
import type { ApprovalAnswer, Ending, Incident, Request } from './incident.ts';
import { answerText, factsOf, type Message, personOf, reminderText, subject } from './messages.ts';
import { nextSteps } from './next-steps.ts';
import type { Fence } from './record.ts';
import type { Telling } from './telling.ts';
import type { Hold, Verdict } from './verdict.ts';

export interface Conclusion {
  readonly ending: Ending;
  readonly service: string;
  readonly request: Request | null;
  readonly incident: Incident | null;
  readonly verdict: Verdict | null;
  /** Why it ended so, in a sentence. */
  readonly because: string;
  readonly execution: string;
  readonly durationMs: number;
  /** Why the run was not admitted; null where it was. */
  readonly refusal?: string | null;
  /** Traffic that is away for practice once this run is over. */
  readonly drill?: Drill | null;
  /** Of a run that wrote for a drill: whether the ledger knows nothing of that any more. */
  readonly isDrillLost?: boolean;
  readonly telling: Telling;
  /** What became of the question that this run asked of people; null where it asked none. */
  readonly answer: ApprovalAnswer | null;
  /** While a trouble lasts people hear of it this often. */
  readonly remindAfterMs: number;
  /** For whom a verified move is true, where that is not everybody. */
  readonly whom?: string | null;
  /** Whether automation is disarmed by this run, which a run that was overtaken cannot tell by itself. */
  readonly disarmed?: boolean;
  /** Regions that people keep automation out of. */
  readonly fences?: readonly Fence[] | undefined;
  /** Names of hooks that are called now that the run is over. */
  readonly following?: readonly string[] | undefined;
}

/** The one final message of a run. */
export function conclusion(run: Conclusion, at: Instant): Message {
  return {
    kind: 'conclusion',
    service: run.service,
    incident: run.incident?.id ?? null,
    mode: run.request?.mode ?? null,
    ending: run.ending,
    person: personOf(run.incident, run.answer),
    trouble: run.telling.trouble,
    // What nobody has to hear of goes where nobody is woken.
    severity: run.telling.audience === 'record' ? 'info' : severityOf(run),
    audience: run.telling.audience,
    subject: subject(headline(run)),
    lines: [
      `${headline(run)}.`,
      ...(run.answer === null ? [] : [`${answerText(run.answer)}.`]),
      `Why: ${run.because}.`,
      ...drillLines(run),
      ...(run.following?.length ? [followingText(run.following)] : []),
      ...nextSteps({
        ...run,
        mode: run.request?.mode ?? null,
        incident: run.incident?.id ?? null,
        isForPeople: run.telling.audience === 'people',
      }),
      ...reminder(run),
    ],
    facts: [
      ...(run.incident === null ? [{ name: 'Service', value: run.service }] : factsOf(run.incident, run.execution)),
      { name: 'Took', value: `${(run.durationMs / 1000).toFixed(1)} s` },
      ...(run.verdict?.kind === 'hold' ? [{ name: 'Would change it', value: run.verdict.wouldChange }] : []),
    ],
    thread: run.telling.trouble?.id ?? run.incident?.id ?? run.service,
    at,
  };
}

export function headline(run: Conclusion): string {
  const { service, ending } = run;
  const drilled = drillHeadline(run);
  if (drilled !== null) return drilled;
  const plan = run.verdict?.kind === 'move' ? run.verdict.plan : null;
  const way = plan === null ? '' : ` from ${plan.from} to ${plan.to}`;
  switch (ending) {
    case 'recovered':
      return `${service} moved${way}, verified with real requests${run.whom ? ` ${run.whom}` : ''}`;
    case 'rehearsed':
      return `${service}: rehearsal of the move${way} passed, nothing was written`;
    case 'held':
      if (run.telling.trouble?.state === 'closed')
        return `${service}: ${run.request?.from ?? 'the region'} is well again, nothing was moved`;
      return `${service} stays where it is (${run.verdict?.kind === 'hold' ? holdText(run.verdict) : 'held'})`;
    case 'shadowed':
      return `${service} would have moved; it is in shadow, so nothing was written`;
    case 'refused':
      return `${service}: run refused`;
    case 'vetoed':
      return `${service}: a hook vetoed the move${way}`;
    case 'declined':
      return `${service}: the move${way} was declined`;
    case 'unanswered':
      return `${service}: nobody answered, and the move${way} was not made`;
    case 'fenced':
      return `${service}: this run was overtaken by a newer one and changed nothing more`;
    case 'rolled-back':
      return `${service}: the move${way} did not verify and was rolled back`;
    case 'unproven':
      return `${service}: moved${way}, NOT PROVEN, and stays there`;
    case 'rollback-failed':
      return `${service}: ROLLBACK FAILED, look at the lever now`;
    case 'failed':
      return `${service}: the run failed${plan === null ? '' : `, on the way${way}`}`;
    default:
      return unreachable(ending);
  }
}

/** A region that is bad by one name, and why nothing is done about it by another. */
function holdText({ reason, diagnosis }: Hold): string {
  const isSaid = diagnosis === null || diagnosis === reason || diagnosis === 'healthy';
  return isSaid ? reason : `${reason}, ${diagnosis}`;
}

/** Automation that needs a person wakes one. Whoever started a run is there already: only what hurts callers wakes others. */
function severityOf({
  ending,
  request,
  verdict,
  disarmed,
  telling,
  refusal,
  isDrillLost,
}: Conclusion): Message['severity'] {
  if (request?.drill !== undefined) return drillSeverity(request.drill, { ending, verdict, refusal, isDrillLost });
  const byHand = request !== null && request.mode !== 'automatic';
  switch (ending) {
    case 'unproven':
    case 'rollback-failed':
      return 'critical';
    case 'rolled-back':
      return request?.mode === 'rehearsal' ? 'info' : 'critical';
    case 'failed':
      return byHand && (verdict?.kind !== 'move' || request.mode === 'rehearsal') ? 'info' : 'critical';
    case 'fenced':
      return disarmed === true ? 'critical' : 'info';
    case 'rehearsed':
    case 'refused':
      return 'info';
    case 'held':
      if (telling.trouble?.state === 'closed' || sightIsGood(verdict)) return 'info';
      return byHand && (request.mode === 'rehearsal' || !isOutage(verdict)) ? 'info' : 'critical';
    case 'recovered':
    case 'shadowed':
    case 'vetoed':
    case 'declined':
    case 'unanswered':
      return byHand ? 'info' : 'critical';
    default:
      return unreachable(ending);
  }
}

const sightIsGood = (verdict: Verdict | null): boolean =>
  verdict?.kind === 'hold' && (verdict.reason === 'source-healthy' || verdict.reason === 'source-not-active');

/** A person's move came to nothing and callers are without an answer, or nobody can move: others hear of that too. */
const isOutage = (verdict: Verdict | null): boolean =>
  verdict?.kind === 'hold' &&
  verdict.reason !== 'already-there' &&
  (verdict.reason === 'routing-unreadable' || (verdict.diagnosis !== null && outages.has(verdict.diagnosis)));

const outages: ReadonlySet<DiagnosisName> = new Set([
  'region-down',
  'region-degraded',
  'all-regions-down',
  'everything-down',
]);

function reminder({ telling: { trouble }, remindAfterMs }: Conclusion): string[] {
  return trouble === null || trouble.state === 'closed' ? [] : [reminderText(remindAfterMs)];
}
