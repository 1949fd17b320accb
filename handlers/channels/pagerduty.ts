import type { Message } from '../../core/messages.ts';
import { oneLine } from '../../core/one-line.ts';
import type { Notifier, Wait } from '../ports.ts';
import { post } from './post.ts';
import { readSecret, type SecretValue } from './secret.ts';

export interface PagerDutyOptions {
  /** As reports name it. */
  readonly channel: string;
  /** Of the Events API v2. */
  readonly url: string;
  /** A secret: who knows it can wake people. */
  readonly routingKey: SecretValue;
  /** The deployment, by account and name: two of them may share a service of PagerDuty, and not an alert. */
  readonly deployment: string;
  /** Where the articles about messages stand; linked where it is an address. */
  readonly runbookUrl: string;
  /** What is for information wakes nobody unless somebody asks for it. */
  readonly takesInfo?: boolean;
  readonly wait: Wait;
  readonly timeoutMs?: number;
  readonly retryAfterMaxMs?: number;
}

/**
 * Sends alert events: what is no trouble's is an alert of its own, which a person resolves. An event is accepted with 202; 400 is
 * never retried, 429, 5xx and silence are. https://developer.pagerduty.com/docs/events-api-v2-overview
 */
export function pagerDutyNotifier(options: PagerDutyOptions): Notifier {
  const { channel, url, takesInfo = false, wait, timeoutMs, retryAfterMaxMs } = options;
  const routingKey = readSecret('the routing key of PagerDuty', options.routingKey, (key) =>
    /^[A-Za-z0-9]{32}$/.test(key) ? null : 'is not 32 letters and digits',
  );
  return {
    channel,
    takes: (message) =>
      message.audience === 'people' &&
      (takesInfo || message.severity === 'critical' || actionOf(message) !== 'trigger'),
    send: (message) =>
      post({ who: 'PagerDuty', wait, timeoutMs, retryAfterMaxMs }, async () => ({
        url,
        body: JSON.stringify(pagerDutyEvent(message, await routingKey(), options)),
      })),
  };
}

/**
 * Of one trouble every event has the same key: while it is open a trigger adds to its alert, and an acknowledged one wakes nobody again.
 * A resolved key opens a new incident, as the trouble does when it begins anew.
 */
export function pagerDutyEvent(
  message: Message,
  routingKey: string,
  { deployment, runbookUrl }: Pick<PagerDutyOptions, 'deployment' | 'runbookUrl'>,
): object {
  const { service, severity, subject, lines, facts, thread, trouble, at } = message;
  const action = actionOf(message);
  const about = {
    routing_key: routingKey,
    event_action: action,
    dedup_key: `${deployment}/${trouble?.id ?? thread}`.slice(0, dedupKeyMax),
  };
  if (action !== 'trigger') return about;
  return {
    ...about,
    client: 'Understudy',
    ...(/^https?:/.test(runbookUrl) && { links: [{ href: runbookUrl, text: 'Runbook' }] }),
    payload: {
      summary: cut(oneLine(subject), summaryMax),
      severity,
      source: service,
      component: service,
      group: deployment,
      class: trouble?.what ?? message.kind,
      timestamp: new Date(at).toISOString(),
      custom_details: {
        said: lines.map((line) => cut(oneLine(line), lineMax)),
        ...Object.fromEntries(facts.map(({ name, value }) => [oneLine(name), cut(oneLine(value), lineMax)])),
      },
    },
  };
}

/** A person is at it: whoever started the move, approved it, or declined it. How a move came out is news to that person too. */
function actionOf({ kind, ending, person, trouble }: Message): 'trigger' | 'acknowledge' | 'resolve' {
  if (trouble?.state === 'closed') return 'resolve';
  const isTaken = person !== null && (kind === 'announcement' || ending === 'declined');
  return trouble !== null && isTaken ? 'acknowledge' : 'trigger';
}

/** https://developer.pagerduty.com/docs/send-alert-event */
const dedupKeyMax = 255;
const summaryMax = 1_024;
/** An event may have 512 KB, of which this is a small part. */
const lineMax = 4_096;

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
