import type { Instant, Region } from './brand.ts';
import { consentText } from './consent.ts';
import type { Drill } from './drill-record.ts';
import { lasting } from './lasting.ts';
import { isPaused, pauseText } from './limit.ts';
import { type Message, reminderText, subject } from './messages.ts';
import { answerCommands } from './next-steps.ts';
import type { Unprotected } from './protection-record.ts';
import type { Detection, Fence, LedgerRecord, Question } from './record.ts';
import { type Stragglers, stragglersText } from './stragglers.ts';
import type { TroubleNews } from './trouble.ts';

/** What people are told that is no news of a run. */
export function notice(
  service: string,
  severity: Message['severity'],
  lines: readonly [string, ...string[]],
  at: Instant,
): Message {
  return {
    kind: 'notice',
    service,
    incident: null,
    mode: null,
    ending: null,
    person: null,
    trouble: null,
    severity,
    audience: 'people',
    subject: subject(lines[0].replace(/\.$/, '')),
    lines,
    facts: [{ name: 'Service', value: service }],
    thread: service,
    at,
  };
}

/** Whoever paused a service may have gone home since. */
export function pauseReminder(record: Pick<LedgerRecord, 'service' | 'paused'>, at: Instant): Message {
  const { service, paused } = record;
  const end =
    paused === null || paused.until === null
      ? 'It has no end: nothing moves the service until somebody runs'
      : `It ends by itself at ${new Date(paused.until).toISOString()}. To end it before:`;
  const lines = [
    `${service} is still paused.`,
    `${pauseText(record)}.`,
    `${end} understudy resume ${service}`,
    `To keep it paused for longer: understudy pause ${service} --for 2h`,
  ] as const;
  return notice(service, 'info', lines, at);
}

export function pauseEnded(record: Pick<LedgerRecord, 'service' | 'paused'>, at: Instant): Message {
  const { service } = record;
  const lines = [
    `The pause of ${service} is over: automation may move it again.`,
    `${pauseText(record)}.`,
    `To pause it again: understudy pause ${service} --for 2h --reason "…"`,
  ] as const;
  return notice(service, 'info', lines, at);
}

/** Whoever should have led it back did not: it was stopped, paused or not let in, or Understudy is ill. */
export function drillLate(
  record: Pick<LedgerRecord, 'service' | 'paused'>,
  { incident, from, to, percent, until, by }: Drill,
  at: Instant,
): Message {
  const { service } = record;
  const lines = [
    `The drill of ${service} should be over, and its traffic is not back.`,
    `${by} began it (${incident}): ${percent} % of ${from} in ${to}, until ${new Date(until).toISOString()}.`,
    ...(isPaused(record, at) ? [`${pauseText(record)}. While that lasts nothing is led back.`] : []),
    `Look where the traffic is: understudy status ${service}`,
    `To lead it back: understudy drill ${service} --end; or by hand: understudy start ${service} --to ${from} --reason "…"`,
  ] as const;
  return { ...notice(service, 'critical', lines, at), incident, thread: incident };
}

/** What a drill is for: it was seen in practice and not in an outage. */
export function detectionFailed(
  { service }: Pick<LedgerRecord, 'service'>,
  { id, region, by, startedAt, until }: Detection,
  at: Instant,
): Message {
  const lines = [
    `The detection drill of ${service} FAILED: nothing moved.`,
    `${by} let ${region} look ill to observers from ${new Date(startedAt).toISOString()} to ${new Date(until).toISOString()} (${id}), and no run came to a move.`,
    `See which part did not fire: understudy explain ${service} --since 2h; and what would be in the way of a move: understudy doctor ${service}`,
  ] as const;
  return notice(service, 'info', lines, at);
}

/** Nothing opens by itself: callers would come back to a region at which nobody looks. */
export function fenceOverdue({ region, by, reason, at: since, until }: Fence, at: Instant): Message {
  const lines = [
    `The time of the fence of ${region} is over, and it holds on.`,
    `${by} fenced it at ${new Date(since).toISOString()}${until == null ? '' : ` until ${new Date(until).toISOString()}`}: ${reason}.`,
    `To open it, where it is well again: understudy unfence ${region}`,
    `To keep it for longer: understudy fence ${region} --until 2h --reason "…"`,
  ] as const;
  return { ...notice('all services', 'info', lines, at), thread: `fence of ${region}` };
}

/** What was left is a proven standby again; `next` is what a person may do now. */
export function protectedAgain(
  { service, unprotected }: Pick<LedgerRecord, 'service' | 'unprotected'>,
  proven: readonly Unprotected[],
  next: readonly string[],
  at: Instant,
): Message {
  const regions = proven.map(({ region }) => region).join(' and ');
  const since = Math.min(...proven.map((left) => left.since));
  const first =
    unprotected.length === 0
      ? (`${service} is protected again: ${regions} is a proven standby.` as const)
      : (`${regions} is a proven standby of ${service} again, and ${unprotected.map(({ region }) => region).join(' and ')} is not yet.` as const);
  const lines = [first, `It was not for ${lasting(at - since)}, since ${regions} was left.`, ...next] as const;
  const incident = proven[0]?.incident ?? null;
  return { ...notice(service, 'info', lines, at), incident, thread: incident ?? service };
}

/** Kept of regions that the configuration no longer has: nothing is led there, and nothing is kept out of them. */
export function regionsForgotten(
  { service, fences, activeRegion }: Pick<LedgerRecord, 'service' | 'fences' | 'activeRegion'>,
  regions: readonly Region[],
  at: Instant,
): Message {
  const names = regions.join(', ');
  const fenced = fences.filter(({ region }) => regions.includes(region)).map(({ region, by }) => `${region} by ${by}`);
  const lines = [
    `${service} has no region ${names} any more.`,
    `The ledger forgets ${names}, because the configuration has it no longer.`,
    ...(fenced.length > 0 ? [`With it go the fences of ${fenced.join(', ')}.`] : []),
    ...(activeRegion !== null && regions.includes(activeRegion)
      ? [`The last move led to ${activeRegion}. Look where the traffic is: understudy status ${service}`]
      : []),
  ] as const;
  return notice(service, 'info', lines, at);
}

/** The run that asked was stopped, or another took its place: an answer leads to nothing any more. */
export function questionVoid(service: string, { incident, from, to }: Question, at: Instant): Message {
  const lines = [
    `Nobody has to approve moving ${service} from ${from} to ${to} any more.`,
    `${incident}, which asked, was stopped or overtaken, and moves nothing.`,
    `To move it by hand: understudy start ${service} --to ${to} --reason "…"`,
  ] as const;
  return { ...notice(service, 'info', lines, at), incident, thread: incident };
}

/**
 * Callers at the region that was left, and writes there beside those where the service is: a trouble of its own. `found` is null where
 * there are none any more.
 */
export function stragglersNotice(
  { service, left }: Pick<LedgerRecord, 'service' | 'left'>,
  found: Stragglers | null,
  news: TroubleNews,
  remindAfterMs: number,
  at: Instant,
): Message {
  const about = { trouble: news, thread: news.id, incident: left?.incident ?? null } as const;
  if (found === null) {
    const where = left === null ? 'The region that was left' : left.region;
    return { ...notice(service, 'info', [`${where} gets no requests of ${service} any more.`], at), ...about };
  }
  if (news.state === 'closed') {
    const first = `${service} is split no more: ${found.region} takes no writes any more.` as const;
    return { ...notice(service, 'info', [first, stragglersText(service, found, at)], at), ...about };
  }
  const lines = [
    stragglersText(service, found, at),
    found.isSplit
      ? 'What is written there is written, and the region that serves may not know of it: two regions take writes.'
      : 'They are of callers that keep connections, or an address; whether they are answered well, those alone know.',
    ...(found.writesPerMinute === null
      ? ['Whether writes are among them is not known: nothing counts those (arrivals.writes).']
      : []),
    `To end it: let the application there close connections and refuse writes, or restart its callers. How many are left: understudy status ${service}`,
    ...(found.isSplit ? [reminderText(remindAfterMs)] : ['You hear of it again when it is over.']),
  ] as const;
  return { ...notice(service, found.isSplit ? 'critical' : 'info', lines, at), ...about };
}

/** While a run is under way, which keeps others from looking. `red` are regions of which a quorum of alarms is. */
export function stillBad(
  record: Pick<LedgerRecord, 'service' | 'question' | 'consents'>,
  about: {
    readonly red: readonly Region[];
    readonly incident: string;
    readonly news: TroubleNews;
    readonly remindAfterMs: number;
  },
  at: Instant,
): Message {
  const { red, incident, news, remindAfterMs } = about;
  const { service, question } = record;
  const said = question === null ? null : consentText(record, question);
  const waits =
    question?.incident === incident && at < question.deadline
      ? [
          `${incident} waits for a person: from ${question.from} to ${question.to}, until ${new Date(question.deadline).toISOString()}; then: ${question.onDeadline}.`,
          ...(said === null ? [] : [`Of the approvals: ${said}.`]),
          ...(red.includes(question.to) ? [`${question.to}, where it would move, is red too.`] : []),
          ...answerCommands(incident),
        ]
      : [`See what it waits for: understudy explain ${incident}`];
  const lines = [
    `${service} is not well, and ${incident} is still under way.`,
    `${red.join(' and ')} is bad, by alarms or by what the run itself sees.`,
    ...waits,
    reminderText(remindAfterMs),
  ] as const;
  return { ...notice(service, 'critical', lines, at), incident, trouble: news, thread: news.id };
}
