import type { Instant } from '../../core/brand.ts';
import { consentsTo, moreText, namesOf, peopleNeeded, stillNeeded } from '../../core/consent.ts';
import { approvalEntryId, consentEntryId, type Entry } from '../../core/entry.ts';
import { answerText } from '../../core/messages.ts';
import { isProven, personOf } from '../../core/person.ts';
import { type Consent, type LedgerRecord, lastIncident, pendingQuestion, type Question } from '../../core/record.ts';
import type { Ledger, PendingApproval } from '../ports.ts';

export interface Answer {
  readonly service: string;
  /** Of whom an answer is meant; null for whatever waits. */
  readonly incident: string | null;
  readonly approved: boolean;
  /** The very question that was read, where an answer to a later one of the same incident must not count. */
  readonly asked?: Question | undefined;
  /** Who answers, as AWS or the list of approvers says it. */
  readonly by: string;
}

export interface AnswerPorts {
  readonly ledger: Pick<Ledger, 'read' | 'change' | 'append' | 'entries' | 'pendingApproval'>;
  readonly now: () => Instant;
  /** Tells the run; `executionArn` says where it is. Rejects where nobody knows whether the answer was taken. */
  readonly tell: (answer: {
    readonly taskToken: string;
    readonly executionArn: string | null;
    readonly output: object;
  }) => Promise<Told>;
}

/** The run was told this, or something else before. */
export type Told = { readonly kind: 'taken' } | { readonly kind: 'already'; readonly output: unknown };

export type Answered =
  /** `other`: what waits instead. `earlier`: what was answered before, where the ledger tells. */
  | { readonly kind: 'nothing-waits'; readonly other: Question | null; readonly earlier: Entry | null }
  /** Several people have to approve, and nobody vouches for this one. */
  | { readonly kind: 'unproven'; readonly incident: string }
  /** One of several: the run still waits. */
  | ({
      readonly kind: 'counted';
      readonly incident: string;
      readonly more: number;
      readonly isWritten: boolean;
    } & Given)
  | { readonly kind: 'taken'; readonly incident: string; readonly by: string; readonly isWritten: boolean }
  | { readonly kind: 'already'; readonly incident: string; readonly output: unknown };

interface Given {
  readonly given: readonly Consent[];
}

/**
 * Answers a question, wherever the answer comes from: it is read afresh, and an approval counts for this service, epoch and way alone.
 * The run is told once as many different people have approved as it asked for, and by the first one who declines. The token stays between
 * the ledger and Step Functions, because whoever holds it decides. Asked again after a failure it goes on where it stopped.
 */
export async function answerQuestion(answer: Answer, { ledger, now, tell }: AnswerPorts): Promise<Answered> {
  const { service, approved, by } = answer;
  const record = await ledger.read(service);
  const question = pendingQuestion(record, now());
  const incident = answer.incident ?? question?.incident ?? null;
  const pending = incident === null ? null : await ledger.pendingApproval(service, incident);
  if (incident === null || pending === null || !isMeant(answer.asked, question, pending)) {
    return { kind: 'nothing-waits', other: question, earlier: await earlierAnswer(answer, record, ledger) };
  }
  const asked = question?.incident === incident ? question : null;
  const isOneOfMany = asked !== null && approved && peopleNeeded(asked) > 1;
  const consent = isOneOfMany ? await count(answer, asked, { ledger }) : null;
  if (consent !== null && consent.kind !== 'enough') return consent;
  const output = { approved, by: consent === null ? by : namesOf(consent.given) };
  const told = await tell({ taskToken: pending.taskToken, executionArn: record.lease?.holder ?? null, output });
  if (told.kind === 'already') return { ...told, incident };
  const way = asked === null ? null : `${asked.from} to ${asked.to}`;
  const entry = consent === null ? answerEntry(service, incident, way, output, now()) : null;
  const isWritten =
    (await isDone(async () => {
      if (entry !== null) await ledger.append(entry);
      await ledger.change(service, { kind: 'unask', incident });
    })) && consent?.isWritten !== false;
  return { kind: 'taken', incident, by: output.by, isWritten };
}

/** The token is kept before the question is: one of them may be of the next question already. */
const isMeant = (asked: Question | undefined, question: Question | null, { deadline }: PendingApproval): boolean =>
  asked === undefined ||
  (question !== null && question.askedAt === asked.askedAt && question.deadline === deadline && isWay(asked, question));

const isWay = (one: Question, other: Question): boolean => one.from === other.from && one.to === other.to;

/** In the ledger first: what is not there when the run looks again was not approved. */
async function count({ service, by }: Answer, asked: Question, { ledger }: Pick<AnswerPorts, 'ledger'>) {
  const { incident, from, to } = asked;
  if (!isProven(by)) return { kind: 'unproven', incident } as const;
  const outcome = await ledger.change(service, { kind: 'approve', incident, from, to, by });
  if (outcome.kind === 'refused') return { kind: 'nothing-waits', other: null, earlier: null } as const;
  const given = consentsTo(outcome.record, asked);
  const more = stillNeeded(outcome.record, asked);
  const nth = given.findIndex((one) => personOf(one.by) === personOf(by));
  const own = given[nth];
  const isWritten = own === undefined || (await isDone(() => ledger.append(consentEntry(service, asked, own, nth))));
  return more > 0
    ? ({ kind: 'counted', incident, given, more, isWritten } as const)
    : ({ kind: 'enough', given, isWritten } as const);
}

/** With its own time and identity. `nth` counts from 0. */
function consentEntry(service: string, asked: Question, { by, at }: Consent, nth: number): Entry {
  const { incident, from, to } = asked;
  const more = peopleNeeded(asked) - nth - 1;
  return {
    id: consentEntryId(incident, `${from} to ${to}`, nth + 1),
    service,
    incident,
    at,
    text: `${answerText({ approved: true, by, decision: 'approved' })}; ${moreText(more)}`,
    what: { kind: 'approval', decision: 'approved', by, more },
  };
}

function answerEntry(
  service: string,
  incident: string,
  way: string | null,
  { approved, by }: Pick<Answer, 'approved' | 'by'>,
  at: Instant,
): Entry {
  const decision = approved ? 'approved' : 'declined';
  const text = answerText({ approved, by, decision });
  const what = { kind: 'approval', decision, by } as const;
  return { id: approvalEntryId(incident, way), service, incident, at, text, what };
}

/** Two people may answer the same question: the second one is told who was first. Null where nobody knows. */
async function earlierAnswer(
  { service, incident }: Answer,
  record: LedgerRecord,
  ledger: AnswerPorts['ledger'],
): Promise<Entry | null> {
  const entries = await ledger.entries(service, incident ?? lastIncident(record)).catch(() => []);
  return entries.findLast(({ what }) => what.kind === 'approval') ?? null;
}

/** What is not written here at the time of the answer the run writes down itself, when it ends. */
const isDone = (work: () => Promise<unknown>): Promise<boolean> =>
  work().then(
    () => true,
    () => false,
  );
