import type { Instant } from './brand.ts';
import { type CommandOf, done, type LedgerOutcome, refused } from './ledger-command.ts';
import { nameOf, personOf } from './person.ts';
import { askedQuestion, type Consent, type LedgerRecord, type Question } from './record.ts';

/** Different people who must approve. */
export const peopleNeeded = ({ people = 1 }: { readonly people?: number | undefined }): number => people;

/** Who has approved what this question asks, in the order in which they did. */
export function consentsTo(
  { consents }: Pick<LedgerRecord, 'consents'>,
  { incident, from, to }: Pick<Question, 'incident' | 'from' | 'to'>,
): readonly Consent[] {
  const isThis = consents?.incident === incident && consents.from === from && consents.to === to;
  return isThis ? consents.given : [];
}

/** How many more people have to approve. */
export const stillNeeded = (record: Pick<LedgerRecord, 'consents'>, question: Question): number =>
  Math.max(0, peopleNeeded(question) - consentsTo(record, question).length);

/**
 * One person's yes to the question that waits now: to this service, epoch and way, before its deadline, while the run that asked still
 * holds the lease. The same person's second yes changes nothing, and neither does one that is not needed any more.
 */
export function approve(record: LedgerRecord, command: CommandOf<'approve'>, now: Instant): LedgerOutcome {
  const question = askedQuestion(record, now);
  if (question === null || question.incident !== command.incident || now >= question.deadline) {
    return refused(record, 'not-asked', `${command.incident} does not wait for approval`);
  }
  const { incident, from, to } = question;
  if (from !== command.from || to !== command.to) {
    const asks = `${incident} asks for another move by now: from ${from} to ${to}`;
    return refused(record, 'not-asked', `${asks}, not from ${command.from} to ${command.to}`);
  }
  const given = consentsTo(record, question);
  const isKnown = given.some(({ by }) => personOf(by) === personOf(command.by));
  if (isKnown || given.length >= peopleNeeded(question)) return done(record);
  return done({ ...record, consents: { incident, from, to, given: [...given, { by: command.by, at: now }] } });
}

/** `Ada has approved; one more person has to`, or null where nobody has, or one is enough. */
export function consentText(record: Pick<LedgerRecord, 'consents'>, question: Question): string | null {
  const needed = peopleNeeded(question);
  if (needed === 1) return null;
  const given = consentsTo(record, question);
  if (given.length === 0) return peopleText(needed);
  const names = namesOf(given);
  return `${names} ${given.length === 1 ? 'has' : 'have'} approved; ${moreText(needed - given.length)}`;
}

export const namesOf = (given: readonly Consent[]): string => given.map(({ by }) => nameOf(by)).join(' and ');

/** How many people are asked for; to decline one is enough. */
export const peopleText = (needed: number): string =>
  `${needed === 2 ? 'two' : needed} different people have to approve; one is enough to decline`;

export const moreText = (more: number): string =>
  more <= 0 ? 'that is enough' : more === 1 ? 'one more person has to' : `${more} more people have to`;
