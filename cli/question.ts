import type { Instant } from '../core/brand.ts';
import { askedQuestion, type LedgerRecord, type Question } from '../core/record.ts';

/** What waits for a person's answer now: the run that asked still holds the lease, and its deadline has not passed. */
export function pendingQuestion(record: LedgerRecord, now: Instant): Question | null {
  const question = askedQuestion(record, now);
  return question !== null && now < question.deadline ? question : null;
}

/** `2h`, `90m`, `1d`, in milliseconds; null for anything else. */
export function lengthOf(text: string): number | null {
  const found = /^(\d{1,4})(s|m|h|d)$/.exec(text);
  if (found === null) return null;
  const ms = Number(found[1]) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[found[2] as 's' | 'm' | 'h' | 'd'];
  return ms > 0 ? ms : null;
}
