import type { WebClient } from '@slack/web-api';
import { NotificationFailed } from '../errors.ts';
import { readSecret, type SecretValue } from './secret.ts';

export interface SlackWebOptions {
  /** Base URL of the Web API, with a slash at its end. */
  readonly url: string;
  /** A secret: who knows it writes in the app's name. It is in no error and in no log. */
  readonly botToken: SecretValue;
  /** For one call: Slack's own client waits for ever otherwise, and for as long as a 429 says. */
  readonly timeoutMs?: number;
}

export interface SlackText {
  /** Of the channel in Slack. */
  readonly channel: string;
  /** What notifications and screen readers show. */
  readonly text: string;
  readonly blocks?: readonly object[];
}

/** What is asked of Slack. Each rejects with `NotificationFailed`, in which there is neither token nor address. */
export interface SlackWeb {
  /** Resolves to the message's own name in its channel. Twice where an answer was lost: Slack knows no key for it. */
  post(message: SlackText & { readonly thread?: string; readonly broadcast?: boolean }): Promise<string>;
  update(message: SlackText & { readonly ts: string }): Promise<void>;
  /** Seen by one person alone. */
  whisper(message: SlackText & { readonly user: string }): Promise<void>;
}

export function slackWeb({ url, botToken, timeoutMs = 2_000 }: SlackWebOptions): SlackWeb {
  const token = readSecret('the bot token of Slack', botToken, (value) =>
    /^xoxb-[A-Za-z0-9-]{8,}$/.test(value) ? null : 'is not a bot token, which begins with xoxb-',
  );
  let made: { readonly token: string; readonly client: WebClient } | null = null;

  /** The library is read when something is sent: functions that tell by other ways never need it. */
  async function client(): Promise<WebClient> {
    const now = await token();
    if (made?.token === now) return made.client;
    // In a file of its own, because a bundle gives a library of another format no names when it is imported late.
    const { slackClient } = await import('./slack-client.ts');
    made = { token: now, client: slackClient(now, url, timeoutMs) };
    return made.client;
  }

  async function asked<T>(call: (client: WebClient) => Promise<T>): Promise<T> {
    const ready = await client();
    return call(ready).catch((error: unknown) => {
      throw failureOf(error);
    });
  }

  return {
    async post({ channel, text, blocks, thread, broadcast = false }) {
      const inThread = thread === undefined ? {} : { thread_ts: thread, reply_broadcast: broadcast };
      const answer = await asked((web) => web.chat.postMessage({ ...said(channel, text, blocks), ...inThread }));
      if (answer.ts === undefined)
        throw new NotificationFailed('Slack did not say under which name it took the message');
      return answer.ts;
    },
    async update({ channel, text, blocks, ts }) {
      await asked((web) => web.chat.update({ ...said(channel, text, blocks), ts }));
    },
    async whisper({ channel, text, blocks, user }) {
      await asked((web) => web.chat.postEphemeral({ ...said(channel, text, blocks), user }));
    },
  };
}

// What others wrote stays text: no names are looked up, no links are shown.
const said = (channel: string, text: string, blocks: readonly object[] = []) => ({
  channel,
  text,
  // biome-ignore lint/suspicious/noExplicitAny: the blocks are written by hand, and checked by Slack.
  ...(blocks.length > 0 && { blocks: blocks as any }),
  mrkdwn: false,
  unfurl_links: false,
  unfurl_media: false,
});

/** Without the cause: the library's errors keep requests, and may keep what was in them. */
function failureOf(error: unknown): NotificationFailed {
  if (error instanceof NotificationFailed) return error;
  const { code, data, retryAfter, statusCode, original } = error as SlackFailure;
  switch (code) {
    case 'slack_webapi_rate_limited_error':
      return new NotificationFailed(`Slack is asked too often, and says to come again in ${Number(retryAfter)} s`);
    case 'slack_webapi_platform_error': {
      const word = /^[a-z_]{1,60}$/.exec(String(data?.error))?.[0] ?? 'for a reason that is none';
      return new NotificationFailed(`Slack refused: ${word}`, { isFinal: !passing.has(word) });
    }
    case 'slack_webapi_http_error':
      return new NotificationFailed(`Slack answered with status ${Number(statusCode)}`);
    default:
      return new NotificationFailed(`Slack could not be reached (${original?.name ?? code ?? 'unknown'})`);
  }
}

interface SlackFailure {
  readonly code?: string;
  readonly data?: { readonly error?: unknown };
  readonly retryAfter?: number;
  readonly statusCode?: number;
  readonly original?: Error;
}

/** What may be answered otherwise a moment later. https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const passing: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
