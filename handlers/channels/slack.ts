import type { Notifier, Wait } from '../ports.ts';
import { post } from './post.ts';
import { httpUrl, readSecret, type SecretValue } from './secret.ts';
import { slackBlocks, slackText } from './slack-blocks.ts';

export interface SlackNotifierOptions {
  /** As reports name it. */
  readonly channel?: string;
  /** A secret: who knows it can write to the channel. It is in no error and in no log. A function is asked for every message. */
  readonly webhookUrl: SecretValue;
  readonly wait: Wait;
  /** For one message: the webhook's address, both attempts and the pause between them. */
  readonly timeoutMs?: number;
  /** The longest `Retry-After` that is waited for; a longer one fails at once. */
  readonly retryAfterMaxMs?: number;
}

/**
 * Posts to an incoming webhook. Slack limits messages a second, and says how long to wait.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks https://docs.slack.dev/apis/web-api/rate-limits
 */
export function slackNotifier({ channel = 'slack', webhookUrl, ...options }: SlackNotifierOptions): Notifier {
  const url = readSecret('the Slack webhook', webhookUrl, httpUrl);
  return {
    channel,
    takes: ({ audience }) => audience === 'people',
    send: (message) =>
      post({ who: 'Slack', ...options }, async () => ({
        url: await url(),
        body: JSON.stringify({ text: slackText(message), blocks: slackBlocks(message) }),
      })),
  };
}
