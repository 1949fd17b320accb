import type { Clock } from '../clock.ts';
import type { Post } from './notification.ts';

export interface HttpDeliveryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Divides the waits between attempts. */
  readonly tempo: number;
  readonly signal: AbortSignal;
}

/** SNS waits so long for an answer. */
const timeoutMs = 15_000;

/** The default policy of AWS: three retries, 20 s apart, with jitter. GetTopicAttributes shows it. */
export const retryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
} as const;

/**
 * Posts until the endpoint takes it. Resolves with null then, or with what the last attempt came to. Errors of the
 * client's making (4xx but 429) are not retried.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export async function deliverByHttp(
  endpoint: string,
  { headers, body }: Post,
  { clock, random, tempo, signal }: HttpDeliveryOptions,
): Promise<string | null> {
  for (let retries = 0; ; retries++) {
    const outcome = await attempt(endpoint, headers, body, signal);
    if (outcome.kind === 'delivered') return null;
    if (!outcome.retry || retries >= retryPolicy.numRetries) return outcome.because;
    const jitter = 0.5 + random() / 2;
    await clock.wait((retryPolicy.minDelayTarget * 1000 * jitter) / tempo, signal);
  }
}

type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly because: string; readonly retry: boolean };

async function attempt(
  endpoint: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.arrayBuffer();
    if (response.ok) return { kind: 'delivered' };
    const { status } = response;
    return { kind: 'failed', because: `HTTP status ${status}`, retry: status >= 500 || status === 429 };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'failed', because: cause instanceof Error ? cause.message : String(cause), retry: true };
  }
}
