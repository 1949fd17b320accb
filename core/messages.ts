import { type Instant, unreachable } from './brand.ts';
import { peopleNeeded, peopleText } from './consent.ts';
import { isReturn } from './drill-record.ts';
import type { ApprovalAnswer, Ending, Incident, Mode } from './incident.ts';
import { answerCommands } from './next-steps.ts';
import type { Telling } from './telling.ts';
import type { TroubleNews } from './trouble.ts';
import type { Verdict } from './verdict.ts';

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

/** Or silence would be taken for an end. */
export const reminderText = (remindAfterMs: number): string =>
  `While this lasts you hear of it every ${Math.round(remindAfterMs / 60_000)} minutes, and once when it is over.`;

const aboutIncident = ({ service, id, mode }: Incident, trouble: TroubleNews | null) =>
  ({ service, incident: id, mode, ending: null, trouble, thread: trouble?.id ?? id }) as const;

export const personOf = (incident: Incident | null, answer: ApprovalAnswer | null): string | null =>
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

export function factsOf(incident: Incident, execution: string) {
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
