import { type Instant, unreachable } from './brand.ts';
import { peopleNeeded, peopleText } from './consent.ts';
import type { DiagnosisName } from './diagnosis.ts';
import { drillHeadline, drillLines, drillSeverity } from './drill-message.ts';
import { type Drill, isReturn } from './drill-record.ts';
import { followingText } from './hook-text.ts';
import type { ApprovalAnswer, Ending, Incident, Mode, Request } from './incident.ts';
import { answerCommands, nextSteps } from './next-steps.ts';
import type { Fence } from './record.ts';
import type { Telling } from './telling.ts';
import type { TroubleNews } from './trouble.ts';
import type { Hold, Verdict } from './verdict.ts';

/** What people are told, before a channel gives it its form. What a program asks of it stands beside the sentences, as data. */
export interface Message {
  /** What kind of message this is: traffic moves · a question to people · how a run ended · what is no news of a run. */
  readonly kind: 'announcement' | 'question' | 'conclusion' | 'notice';
  readonly service: string;
  /** `service#epoch`; null where no incident was admitted, or the message is about none. */
  readonly incident: string | null;
  /** How the run was asked for; null where the message is about no run, or nobody could read what it was started with. */
  readonly mode: Mode | null;
  /** How the run ended; null before it has, and where the message is about no run. */
  readonly ending: Ending | null;
  /** Who is at it: the person that asked for the run, or answered its question. Null where nobody is yet. */
  readonly person: string | null;
  /** The trouble of the service that this is news of, or null. */
  readonly trouble: TroubleNews | null;
  readonly severity: 'critical' | 'info';
  /** `record`: nothing new, or nothing that concerns people. The topic for information still gets it, and chat does not. */
  readonly audience: 'people' | 'record';
  /** At most 100 printable ASCII characters: what SNS takes as a subject. */
  readonly subject: string;
  /** Plain sentences, one a line. */
  readonly lines: readonly string[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** The same for all messages of one trouble, or of one incident where it is none, so that channels can thread them. */
  readonly thread: string;
  readonly at: Instant;
}

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

/** Told before the write, and never waited for. */
export function announcement(
  incident: Incident,
  verdict: Extract<Verdict, { kind: 'move' }>,
  execution: string,
  at: Instant,
  { audience, trouble }: Telling = { audience: 'people', trouble: null },
  answer: ApprovalAnswer | null = null,
): Message {
  const { from, to } = verdict.plan;
  const verb = verbOf(incident);
  return {
    kind: 'announcement',
    ...aboutIncident(incident, trouble),
    person: personOf(incident, answer),
    severity: incident.mode === 'automatic' && audience === 'people' ? 'critical' : 'info',
    audience,
    subject: subject(`${verb} ${incident.service} from ${from} to ${to}`),
    lines: [
      `${verb} ${incident.service} from ${from} to ${to}.`,
      ...(answer === null ? [] : [`${answerText(answer)}.`]),
      `Why: ${verdict.because}.`,
      ...hooksFirst(verdict.plan.prepare, incident),
    ],
    facts: factsOf(incident, execution),
    at,
  };
}

/** A move that waits for a database does not look like one that is stuck. */
const hooksFirst = (names: readonly string[], { mode }: Incident): string[] =>
  names.length === 0 || mode === 'rehearsal'
    ? []
    : [`Before anything is written the move waits for what its hooks answer: ${names.join(', ')}.`];

const verbOf = (incident: Incident): string => {
  if (incident.mode === 'rehearsal') return 'Rehearsing the move of';
  if (incident.mode !== 'drill') return 'Moving';
  return isReturn(incident) ? 'The drill is over: leading back' : 'A drill, announced and planned: moving';
};

/** Asked of a person, who has until the deadline. The token that approves stays in the ledger: whoever holds it decides. */
export function approvalRequest(
  incident: Incident,
  verdict: Extract<Verdict, { kind: 'move' }>,
  deadline: Instant,
  at: Instant,
  { audience, trouble }: Telling = { audience: 'people', trouble: null },
  /** What a person looks at before they answer. */
  facts: Message['facts'] = [],
): Message {
  const { from, to, detects } = verdict.plan;
  const until = new Date(deadline).toISOString();
  const onDeadline = verdict.approval?.onDeadline ?? 'abort';
  const people = peopleNeeded(verdict.approval ?? {});
  return {
    kind: 'question',
    ...aboutIncident(incident, trouble),
    person: null,
    // Practice wakes nobody: whoever began it is there to answer.
    severity: audience === 'people' && detects === undefined ? 'critical' : 'info',
    audience,
    subject: subject(
      `${detects === undefined ? 'Approve' : 'A drill: approve'} moving ${incident.service} from ${from} to ${to}?`,
    ),
    lines: [
      ...(detects === undefined
        ? []
        : [
            `Nothing is down: a detection drill of ${detects.by} (${detects.reason}) lets ${from} look ill to observers until ${new Date(detects.until).toISOString()}.`,
          ]),
      `${incident.service} should move from ${from} to ${to}.`,
      `Why: ${verdict.because}.`,
      `Without an answer by ${until} the run will ${onDeadline}.`,
      ...(people > 1 ? [`${sentenceCase(peopleText(people))}.`] : []),
      ...answerCommands(incident.id),
    ],
    facts: [{ name: 'Incident', value: incident.id }, ...facts],
    at,
  };
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

/** Or silence would be taken for an end. */
export const reminderText = (remindAfterMs: number): string =>
  `While this lasts you hear of it every ${Math.round(remindAfterMs / 60_000)} minutes, and once when it is over.`;

const aboutIncident = ({ service, id, mode }: Incident, trouble: TroubleNews | null) =>
  ({ service, incident: id, mode, ending: null, trouble, thread: trouble?.id ?? id }) as const;

const personOf = (incident: Incident | null, answer: ApprovalAnswer | null): string | null =>
  incident?.mode === 'manual' ? incident.requestedBy : (answer?.by ?? null);

/** What became of a question, as every message says it that answers one. */
export function answerText({ approved, by, decision }: ApprovalAnswer): string {
  switch (decision) {
    case 'approved':
      return `Approved by ${by ?? 'somebody'}`;
    case 'declined':
      return `Declined by ${by ?? 'somebody'}`;
    case 'deadline':
      return `Nobody answered in time; the policy says to ${approved ? 'proceed' : 'abort'} then`;
    default:
      return unreachable(decision);
  }
}

function factsOf(incident: Incident, execution: string) {
  return [
    { name: 'Incident', value: incident.id },
    { name: 'Mode', value: incident.mode },
    { name: 'Asked by', value: incident.requestedBy },
    { name: 'Reason', value: incident.reason },
    { name: 'Execution', value: execution },
  ];
}

const sentenceCase = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** SNS takes at most 100 printable ASCII characters, starting with a letter or number. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export function subject(text: string): string {
  const ascii = text.replaceAll(/[^\x20-\x7e]/g, '?').replace(/^[^A-Za-z0-9]+/, '');
  return ascii.length <= 100 ? ascii : `${ascii.slice(0, 97)}...`;
}
