import { createHash, createHmac } from 'node:crypto';
import type { Clock, Notifier, Wait } from '../ports.ts';
import { type EventData, eventOf, type MessageEvent } from './event.ts';
import { post } from './post.ts';
import { httpUrl, readSecret, type SecretValue } from './secret.ts';

export interface WebhookOptions {
  /** As reports name it. */
  readonly channel: string;
  /** A secret. */
  readonly url: SecretValue;
  /** `whsec_` and the key in base64; two of them, a space between, sign both while one replaces the other. */
  readonly signingKey: SecretValue;
  readonly deployment: EventData['deployment'];
  readonly clock: Clock;
  readonly wait: Wait;
  readonly timeoutMs?: number;
  readonly retryAfterMaxMs?: number;
}

/**
 * Posts the event of a message, signed as Standard Webhooks has it, so that a receiver needs no library of ours. A message that is sent
 * again has the same `webhook-id`, by which a receiver drops what it has.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookNotifier(options: WebhookOptions): Notifier {
  const { channel, deployment, clock, wait, timeoutMs, retryAfterMaxMs } = options;
  const url = readSecret('the URL of the webhook', options.url, httpUrl);
  const signingKey = readSecret('the signing key of the webhook', options.signingKey, (key) =>
    keysOf(key) === null ? 'is not whsec_ with 24 to 64 bytes in base64' : null,
  );
  return {
    channel,
    takes: ({ audience }) => audience === 'people',
    send: (message) =>
      post({ who: channel, wait, timeoutMs, retryAfterMaxMs }, async () => {
        const event = eventOf(message, deployment);
        return { url: await url(), ...signed(event, keysOf(await signingKey()) ?? [], clock.now()) };
      }),
  };
}

function signed(event: MessageEvent, keys: readonly Buffer[], now: number) {
  const body = JSON.stringify(event);
  const id = `msg_${createHash('sha256').update(body).digest('base64url')}`;
  const timestamp = String(Math.floor(now / 1_000));
  const signatures = keys.map((key) => {
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${signature}`;
  });
  return {
    body,
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') },
  };
}

/** Null where one of them is none. */
function keysOf(secret: string): readonly Buffer[] | null {
  const keys = secret.trim().split(/\s+/).map(keyOf);
  return keys.every((key) => key !== null) ? keys : null;
}

function keyOf(secret: string): Buffer | null {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return null;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return key.length >= 24 && key.length <= 64 ? key : null;
}
