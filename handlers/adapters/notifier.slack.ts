import type { Message } from '../../core/messages.ts';
import { ConfigurationError, NotificationFailed } from '../errors.ts';
import type { Notifier } from '../ports.ts';
import { bounded } from './bounded.ts';
import { slackBlocks, slackText } from './slack-blocks.ts';

export interface SlackNotifierOptions {
  /** A secret: who knows it can write to the channel. It is in no error and in no log. A function is asked for every message. */
  readonly webhookUrl: string | (() => Promise<string>);
  readonly wait: (ms: number) => Promise<unknown>;
  /** For one message: the webhook's address, both attempts and the pause between them. */
  readonly timeoutMs?: number;
  /** The longest `Retry-After` that is waited for; a longer one fails at once. */
  readonly retryAfterMaxMs?: number;
}

/** Posts to an incoming webhook. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export function slackNotifier({
  webhookUrl,
  wait,
  timeoutMs = 5_000,
  retryAfterMaxMs = 3_000,
}: SlackNotifierOptions): Notifier {
  if (typeof webhookUrl === 'string') refuseOther(webhookUrl);

  async function url(): Promise<string> {
    if (typeof webhookUrl === 'string') return webhookUrl;
    try {
      return refuseOther(await webhookUrl());
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : 'unknown';
      throw new NotificationFailed(`the Slack webhook could not be read: ${because}`, { cause });
    }
  }

  async function post(to: string, message: Message, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(to, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: slackText(message), blocks: slackBlocks(message) }),
        // Wherever a redirect leads, it was not configured.
        redirect: 'manual',
        signal,
      });
    } catch (error) {
      throw unreachable(error);
    }
  }

  return {
    channel: 'slack',
    takes: ({ audience }) => audience === 'people',
    async send(message) {
      const status = await bounded(timeoutMs, undefined, async (signal, leftMs) => {
        const to = await url();
        const response = await post(to, message, signal);
        const retryAfterMs = response.status === 429 ? retryAfterOf(response) : null;
        await discard(response);
        if (retryAfterMs === null || retryAfterMs > Math.min(retryAfterMaxMs, leftMs())) return response.status;
        await wait(retryAfterMs);
        const again = await post(to, message, signal);
        await discard(again);
        return again.status;
      }).catch((error: unknown) => {
        throw error instanceof NotificationFailed || error instanceof ConfigurationError ? error : unreachable(error);
      });
      if (status < 200 || status >= 300) throw new NotificationFailed(`Slack answered with status ${status}`);
    },
  };
}

/** Without the cause: fetch's errors may quote the URL. */
function unreachable(error: unknown): NotificationFailed {
  return new NotificationFailed(`Slack could not be reached (${codeOf(error)})`);
}

/** The parser's own message would quote the URL. */
function refuseOther(url: string): string {
  if (!URL.canParse(url)) throw new ConfigurationError('the Slack webhook is not a URL');
  return url;
}

/** In seconds. Slack gives no date here. https://docs.slack.dev/apis/web-api/rate-limits */
function retryAfterOf(response: Response): number | null {
  const header = response.headers.get('retry-after');
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}

/** Frees the connection; what the answer says beside its status helps nobody. */
async function discard(response: Response): Promise<void> {
  await response.body?.cancel();
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause: unknown = error.cause;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
