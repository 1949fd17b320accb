import type { Instant } from './brand.ts';
import { type DrillOrder, isDrillOut } from './drill-record.ts';
import type { Mode } from './incident.ts';
import type { LedgerRecord } from './record.ts';
import type { Policy } from './service.ts';

/** What automation may be kept from; see `automationLimit`. */
export type Limit = 'not-automatic' | 'paused' | 'disarmed' | 'cooldown' | 'declined' | 'unanswered';

/** What automation may not do now, and why; null where nothing stands in the way. A person's run knows only the pause, and a drill is not begun while automation is disarmed. */
export function automationLimit(
  record: LedgerRecord,
  asked: {
    readonly mode: Mode;
    readonly force: boolean;
    readonly policy: Pick<Policy, 'automatic' | 'cooldownMs'>;
    readonly drill?: DrillOrder | undefined;
  },
  now: Instant,
): { readonly refusal: Limit; readonly because: string } | null {
  if (asked.mode === 'rehearsal') return null;
  if (isPaused(record, now) && !asked.force) return { refusal: 'paused', because: pauseText(record) };
  if (asked.mode === 'automatic' && !asked.policy.automatic) {
    return { refusal: 'not-automatic', because: `the policy of ${record.service} leaves moves to people` };
  }
  if (!record.armed && (asked.mode === 'automatic' || isDrillOut(asked))) {
    return { refusal: 'disarmed', because: `${record.unacknowledged ?? 'the last move'} is not acknowledged yet` };
  }
  if (asked.mode !== 'automatic') return null;
  const until = coolsUntil(record, asked.policy, now);
  if (until !== null) {
    return {
      refusal: 'cooldown',
      because: `the last move of automation is recent: cooling down until ${new Date(until).toISOString()}`,
    };
  }
  return unapprovedLimit(record, asked.policy, now);
}

/**
 * Whoever said no is not asked again at once. Nobody at all is asked once more at once, and then so seldom that questions and what
 * became of them stay within what people are promised to hear of one trouble, however short the cooldown is.
 */
function unapprovedLimit(
  { unapproved }: LedgerRecord,
  { cooldownMs }: Pick<Policy, 'cooldownMs'>,
  now: Instant,
): { readonly refusal: Limit; readonly because: string } | null {
  if (unapproved === null) return null;
  const waitMs = unapproved.by === null ? Math.max(cooldownMs, askAgainAfterMs) : cooldownMs;
  if (now >= unapproved.at + waitMs) return null;
  const until = new Date(unapproved.at + waitMs).toISOString();
  if (unapproved.by !== null) {
    return {
      refusal: 'declined',
      because: `${unapproved.by} declined the move; nobody is asked again before ${until}`,
    };
  }
  if (unapproved.unanswered < 2) return null;
  return {
    refusal: 'unanswered',
    because: `nobody answered the last ${unapproved.unanswered} questions; nobody is asked again before ${until}`,
  };
}

/** Two messages for each question that nobody answers, four for the first two: at most eight in an hour. */
const askAgainAfterMs = 30 * 60_000;

export function pauseText({ service, paused }: Pick<LedgerRecord, 'service' | 'paused'>): string {
  if (paused === null) return `${service} is not paused`;
  const end = paused.until === null ? '' : ` until ${new Date(paused.until).toISOString()}`;
  return `${paused.by} paused ${service}${end}: ${paused.reason}`;
}

/** Null where automation is not cooling down. */
export function coolsUntil(
  { lastMoveAt }: Pick<LedgerRecord, 'lastMoveAt'>,
  { cooldownMs }: Pick<Policy, 'cooldownMs'>,
  now: Instant,
): Instant | null {
  if (lastMoveAt === null) return null;
  const until = lastMoveAt + cooldownMs;
  return now < until ? until : null;
}

/** Whether the pause still holds: it ends by itself. */
export const isPaused = ({ paused }: Pick<LedgerRecord, 'paused'>, now: Instant): boolean =>
  paused !== null && (paused.until === null || now < paused.until);

/** Where nothing else is said. */
export const pauseDefaultMs = 24 * 3_600_000;
/** Before a pause ends people hear of that; one without an end is told of as often as a usual one lasts. */
const pauseReminderMs = 15 * 60_000;

/** A quarter of an hour before the end; for a short pause, when half of it is over. */
export function isPauseReminderDue({ paused }: Pick<LedgerRecord, 'paused'>, now: Instant): boolean {
  if (paused === null) return false;
  const { at, until, remindedAt } = paused;
  if (until === null) return now - (remindedAt ?? at) >= pauseDefaultMs;
  return remindedAt === null && now < until && now >= Math.max(until - pauseReminderMs, (at + until) / 2);
}
