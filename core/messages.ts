import { type Instant, unreachable } from './brand.ts';
import type { Ending, Incident, Mode, Request } from './incident.ts';
import type { Telling } from './telling.ts';
import type { Verdict } from './verdict.ts';

/** What people are told, before a channel gives it its form. What a program asks of it stands beside the sentences, as data. */
export interface Message {
  readonly service: string;
  /** `service#epoch`; null where no incident was admitted, or the message is about none. */
  readonly incident: string | null;
  /** How the run was asked for; null where the message is about no run, or nobody could read what it was started with. */
  readonly mode: Mode | null;
  /** How the run ended; null before it has, and where the message is about no run. */
  readonly ending: Ending | null;
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
  /** The same for all messages of one incident, so that channels can thread them. */
  readonly thread: string;
  readonly at: Instant;
}

export interface TroubleNews {
  /** The same for every message of one trouble, from its beginning until after it was well for long enough. */
  readonly id: string;
  readonly state: 'opened' | 'reminded' | 'closed';
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
  readonly telling: Telling;
  /** While a trouble lasts people hear of it this often. */
  readonly remindAfterMs: number;
  /** For whom a verified move is true, where that is not everybody. */
  readonly whom?: string | null;
  /** Whether automation is disarmed by this run, which a run that was overtaken cannot tell by itself. */
  readonly disarmed?: boolean;
}

/** Told before the write, and never waited for. */
export function announcement(
  incident: Incident,
  verdict: Extract<Verdict, { kind: 'move' }>,
  execution: string,
  at: Instant,
  audience: Message['audience'] = 'people',
): Message {
  const { from, to } = verdict.plan;
  const verb = incident.mode === 'rehearsal' ? 'Rehearsing the move of' : 'Moving';
  return {
    ...aboutIncident(incident),
    severity: incident.mode === 'automatic' && audience === 'people' ? 'critical' : 'info',
    audience,
    subject: subject(`${verb} ${incident.service} from ${from} to ${to}`),
    lines: [`${verb} ${incident.service} from ${from} to ${to}.`, `Why: ${verdict.because}.`],
    facts: factsOf(incident, execution),
    thread: incident.id,
    at,
  };
}

/** Asked of a person, who has until the deadline. The token that approves stays in the ledger: whoever holds it decides. */
export function approvalRequest(
  incident: Incident,
  verdict: Extract<Verdict, { kind: 'move' }>,
  deadline: Instant,
  at: Instant,
): Message {
  const { from, to } = verdict.plan;
  const until = new Date(deadline).toISOString();
  const onDeadline = verdict.approval?.onDeadline ?? 'abort';
  return {
    ...aboutIncident(incident),
    severity: 'critical',
    audience: 'people',
    subject: subject(`Approve moving ${incident.service} from ${from} to ${to}?`),
    lines: [
      `${incident.service} should move from ${from} to ${to}.`,
      `Why: ${verdict.because}.`,
      `Without an answer by ${until} the run will ${onDeadline}.`,
      `Approve: understudy approve ${incident.id}`,
      `Decline: understudy decline ${incident.id}`,
    ],
    facts: [{ name: 'Incident', value: incident.id }],
    thread: incident.id,
    at,
  };
}

/** The one final message of a run. */
export function conclusion(run: Conclusion, at: Instant): Message {
  return {
    service: run.service,
    incident: run.incident?.id ?? null,
    mode: run.request?.mode ?? null,
    ending: run.ending,
    trouble: newsOf(run),
    // What nobody has to hear of goes where nobody is woken.
    severity: run.telling.audience === 'record' ? 'info' : severityOf(run),
    audience: run.telling.audience,
    subject: subject(headline(run)),
    lines: [`${headline(run)}.`, `Why: ${run.because}.`, ...nextSteps(run), ...reminder(run)],
    facts: [
      ...(run.incident === null ? [{ name: 'Service', value: run.service }] : factsOf(run.incident, run.execution)),
      { name: 'Took', value: `${(run.durationMs / 1000).toFixed(1)} s` },
      ...(run.verdict?.kind === 'hold' ? [{ name: 'Would change it', value: run.verdict.wouldChange }] : []),
    ],
    thread: run.incident?.id ?? run.service,
    at,
  };
}

export function headline(run: Conclusion): string {
  const { service, ending } = run;
  const plan = run.verdict?.kind === 'move' ? run.verdict.plan : null;
  const way = plan === null ? '' : ` from ${plan.from} to ${plan.to}`;
  switch (ending) {
    case 'recovered':
      return `${service} moved${way}, verified with real requests${run.whom ? ` ${run.whom}` : ''}`;
    case 'rehearsed':
      return `${service}: rehearsal of the move${way} passed, nothing was written`;
    case 'held':
      if (run.telling.isOver && run.telling.audience === 'people')
        return `${service}: ${run.request?.from ?? 'the region'} is well again, nothing was moved`;
      return `${service} stays where it is (${run.verdict?.kind === 'hold' ? run.verdict.reason : 'held'})`;
    case 'shadowed':
      return `${service} would have moved; it is in shadow, so nothing was written`;
    case 'refused':
      return `${service}: run refused`;
    case 'vetoed':
      return `${service}: a hook vetoed the move${way}`;
    case 'declined':
      return `${service}: the move${way} was not approved`;
    case 'fenced':
      return `${service}: this run was overtaken by a newer one and changed nothing more`;
    case 'rolled-back':
      return `${service}: the move${way} did not verify and was rolled back`;
    case 'rollback-failed':
      return `${service}: ROLLBACK FAILED, look at the lever now`;
    case 'failed':
      return `${service}: the run failed${plan === null ? '' : `, on the way${way}`}`;
    default:
      return unreachable(ending);
  }
}

function severityOf({ ending, request, verdict, disarmed }: Conclusion): Message['severity'] {
  switch (ending) {
    case 'recovered':
      return request?.mode === 'automatic' ? 'critical' : 'info';
    case 'rolled-back':
    case 'rollback-failed':
    case 'failed':
      return 'critical';
    case 'held':
      // A region that is bad while we stay is news; a false alarm is not.
      return verdict?.kind === 'hold' && verdict.reason !== 'source-healthy' && verdict.reason !== 'source-not-active'
        ? 'critical'
        : 'info';
    case 'shadowed':
      // A quorum saw the region bad: that is news, whoever has to act on it.
      return request?.mode === 'automatic' ? 'critical' : 'info';
    case 'vetoed':
    case 'declined':
      return 'critical';
    case 'fenced':
      return disarmed === true ? 'critical' : 'info';
    case 'rehearsed':
    case 'refused':
      return 'info';
    default:
      return unreachable(ending);
  }
}

function nextSteps({ ending, service, request, incident, verdict, disarmed }: Conclusion): string[] {
  // The ledger disarms automation after every automatic move, those that were undone included.
  const arm =
    request?.mode === 'automatic'
      ? [`Automation of ${service} is disarmed until somebody runs: understudy ack ${service}`]
      : [];
  switch (ending) {
    case 'recovered':
      return arm;
    case 'rolled-back':
      return [...backOnABadRegion(service, verdict, incident), ...arm];
    case 'rollback-failed':
      return [
        `The lever of ${service} is in an unknown state. Follow docs/runbook.md, "Rollback failed", now.`,
        ...arm,
      ];
    case 'fenced':
      return disarmed === true ? ['Somebody moved the lever by hand meanwhile, and has it.', ...arm] : [];
    case 'failed':
      return [`See what happened: understudy explain ${incident?.id ?? service}`];
    case 'declined':
      return [
        `Automation asks again after its cooldown. To move before: understudy start ${service} --to … --reason "…"`,
      ];
    default:
      return [];
  }
}

/** Or silence would be taken for an end. */
function reminder({ telling, remindAfterMs }: Conclusion): string[] {
  if (telling.trouble === null) return [];
  return [
    `While this lasts you hear of it every ${Math.round(remindAfterMs / 60_000)} minutes, and once when it is over.`,
  ];
}

/** Undoing a move is no way out where the region that was left is what was wrong: then nobody is helped yet. */
function backOnABadRegion(service: string, verdict: Verdict | null, incident: Incident | null): string[] {
  if (verdict?.kind !== 'move') return [];
  if (verdict.diagnosis !== 'region-down' && verdict.diagnosis !== 'region-degraded') return [];
  const { from, to } = verdict.plan;
  return [
    `${from} was bad when the move began, and it serves again: unless it has recovered, callers are still failing and a person has to act.`,
    `See why ${to} did not verify: understudy explain ${incident?.id ?? service}`,
    `Then mend ${from}, or mend ${to} and move by hand: understudy start ${service} --to ${to} --reason "…"`,
  ];
}

const aboutIncident = ({ service, id, mode }: Incident) =>
  ({ service, incident: id, mode, ending: null, trouble: null }) as const;

function newsOf({ service, telling }: Conclusion): TroubleNews | null {
  if (telling.audience === 'record') return null;
  if (telling.isOver) return { id: service, state: 'closed' };
  return telling.trouble === null ? null : { id: service, state: 'opened' };
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

/** SNS takes at most 100 printable ASCII characters, starting with a letter or number. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function subject(text: string): string {
  const ascii = text.replaceAll(/[^\x20-\x7e]/g, '?').replace(/^[^A-Za-z0-9]+/, '');
  return ascii.length <= 100 ? ascii : `${ascii.slice(0, 97)}...`;
}
