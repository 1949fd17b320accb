import type { BrokenAlarm } from './alarms.ts';
import type { Instant } from './brand.ts';
import { type Message, reminderText } from './messages.ts';
import { notice } from './notices.ts';
import type { TroubleNews } from './trouble.ts';

/** One of the alarms, with the names that it and its canary have in its observer's region. */
export interface NamedAlarm extends BrokenAlarm {
  readonly alarm: string;
  /** Null of one that watches no canary. */
  readonly canary: string | null;
}

/** The alarms of a service have a trouble of their own, beside that of the service. */
export function alarmsNotice(
  service: string,
  broken: readonly NamedAlarm[],
  news: TroubleNews,
  { isUrgent, remindAfterMs }: { readonly isUrgent: boolean; readonly remindAfterMs: number },
  at: Instant,
): Message {
  const about = { trouble: news, thread: news.id } as const;
  if (news.state === 'closed') {
    return { ...notice(service, 'info', [`All alarms of ${service} can be evaluated again.`], at), ...about };
  }
  const shown = broken.slice(0, shownMax);
  const lines = [
    `${broken.length} ${broken.length === 1 ? 'alarm' : 'alarms'} of ${service} cannot be evaluated.`,
    ...shown.map((alarm) => `${alarm.alarm} in ${alarm.observer}: ${alarm.because.slice(0, 40)}. ${mendText(alarm)}`),
    ...(broken.length > shown.length ? [`And ${broken.length - shown.length} more.`] : []),
    isUrgent
      ? 'So few are left that they could not start a run by quorum: until then watch the service, and move it by hand if need be.'
      : 'Meanwhile the other observers start a run where a region fails, and fresh probes are asked of all of them.',
    reminderText(remindAfterMs),
  ] as const;
  return { ...notice(service, isUrgent ? 'critical' : 'info', lines, at), ...about };
}

const shownMax = 6;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
function mendText({ alarm, canary, observer, because, since }: NamedAlarm): string {
  const look = `aws cloudwatch describe-alarms --region ${observer} --alarm-names ${alarm}`;
  switch (because) {
    case 'INSUFFICIENT_DATA':
      return `It has had no data since ${new Date(since).toISOString()}: see whether its canary runs: aws synthetics get-canary-runs --region ${observer} --name ${canary}`;
    case 'NOT_FOUND':
      return 'There is no metric alarm of this name: mend userAlarms in the configuration, or make the alarm';
    case 'EVALUATION_FAILURE':
      return `CloudWatch in ${observer} has trouble of its own, which passes: watch by hand until then`;
    case 'EVALUATION_ERROR':
      return `Its set-up is wrong: its StateReason says how, and a deployment mends it: ${look}`;
    default:
      return `Its StateReason says more: ${look}`;
  }
}
