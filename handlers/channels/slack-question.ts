import * as z from 'zod/mini';
import type { Question } from '../../core/record.ts';

/** What a button stands for: one question of a service, of an epoch, about a way, asked at a time. */
export interface Asked extends Pick<Question, 'incident' | 'askedAt'> {
  readonly from: string;
  readonly to: string;
  /** Of the card. */
  readonly thread: string;
}

const askedSchema = z.strictObject({
  incident: z.string().check(z.regex(/^[a-z0-9-]{1,63}#\d{1,16}$/)),
  from: z.string().check(z.minLength(1), z.maxLength(40)),
  to: z.string().check(z.minLength(1), z.maxLength(40)),
  askedAt: z.int(),
  thread: z.string().check(z.minLength(1), z.maxLength(200)),
});

/** As a button's value, which has at most 2,000 characters. https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export const buttonValue = ({ incident, from, to, askedAt }: Question, thread: string): string =>
  JSON.stringify({ incident, from, to, askedAt, thread });

/** Null for what no button of ours has. */
export function askedOf(value: string): Asked | null {
  try {
    const { success, data } = askedSchema.safeParse(JSON.parse(value));
    return success ? data : null;
  } catch {
    return null;
  }
}

export const isSame = (asked: Asked, question: Question): boolean =>
  asked.incident === question.incident &&
  asked.from === question.from &&
  asked.to === question.to &&
  asked.askedAt === question.askedAt;

/** Whose question it is. */
export const serviceOf = ({ incident }: Asked): string => incident.split('#', 1)[0] ?? incident;

/** By which the endpoint tells what was pressed. */
export const actions = { approve: 'understudy-approve', decline: 'understudy-decline' } as const;
