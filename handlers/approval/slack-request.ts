import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';

/** A request to a function's own address, as far as it is looked at: payload format 2.0. */
export interface SlackRequest {
  /** As they came: the signature is over these bytes, and over nothing that was made of them. */
  readonly raw: Buffer;
  readonly timestamp: string;
  readonly signature: string;
  /** Slack says by a header, which nobody signs, that it sends the same again. */
  readonly isRetry: boolean;
}

const eventSchema = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
});

/** Null for what is no POST with a body and both headers. */
export function slackRequest(event: unknown): SlackRequest | null {
  const { success, data } = eventSchema.safeParse(event);
  if (!success || data.requestContext.http.method !== 'POST') return null;
  const { headers, body, isBase64Encoded = false } = data;
  const [timestamp, signature] = [headers['x-slack-request-timestamp'], headers['x-slack-signature']];
  if (body === undefined || timestamp === undefined || signature === undefined) return null;
  const raw = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return { raw, timestamp, signature, isRetry: headers['x-slack-retry-num'] !== undefined };
}

/** In either direction. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const toleranceSeconds = 300;

/**
 * The secrets by which the request is signed, of those that are known; or why it is believed by none. Every secret is tried, and each
 * comparison takes as long as any other.
 */
export function signersOf(
  { raw, timestamp, signature }: SlackRequest,
  secrets: readonly string[],
  now: number,
): readonly string[] | 'stale' | 'forged' {
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'forged';
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) return 'stale';
  const given = Buffer.from(signature.slice('v0='.length), 'hex');
  const signers = secrets.filter((secret) => {
    const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(raw).digest();
    return timingSafeEqual(given, expected);
  });
  return signers.length === 0 ? 'forged' : signers;
}
