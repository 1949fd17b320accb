import type { Instant, Region } from './brand.ts';
import { pauseText } from './limit.ts';
import { type Message, subject } from './messages.ts';
import type { LedgerRecord, Question } from './record.ts';

/** What people are told that is no news of a run. */
function notice(
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
