import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { EventEnvelope } from './event.ts';

/** One event on its way to one target of one rule. */
export interface Delivery {
  readonly event: EventEnvelope;
  readonly ruleArn: string;
  readonly target: Target;
  /** When the bus got the event; its age counts from here. */
  readonly ingestedAt: number;
}

/**
 * A delivery that was given up. It goes to the target's SQS queue, and is dropped where there is none; here all of them are
 * kept in memory beside. The members are the attributes of the message on the queue.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export interface DeadLetter {
  readonly at: number;
  readonly event: EventEnvelope;
  readonly ruleArn: string;
  readonly targetArn: string;
  /** Null where the target has none, and AWS drops the letter. */
  readonly queueArn: string | null;
  readonly errorCode: string;
  readonly errorMessage: string;
  /** Which limit ended the retries; null where the error was not worth a retry. */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | null;
  readonly retryAttempts: number;
}

export interface DeliveryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Divides ages and the waits between attempts. */
  readonly tempo: number;
  readonly attempt: (delivery: Delivery) => Promise<void>;
  readonly signal: AbortSignal;
}

const defaultAttempts = 185;
const defaultAgeSeconds = 86_400;

/** AWS says "exponential backoff and jitter" and no numbers. */
const firstBackoffSeconds = 1;
const longestBackoffSeconds = 600;

/** Tries until the target takes it. Resolves with null then, or with the dead letter. */
export async function deliver(delivery: Delivery, options: DeliveryOptions): Promise<DeadLetter | null> {
  const { clock, random, tempo, attempt, signal } = options;
  const policy = delivery.target.RetryPolicy ?? {};
  const mostAttempts = policy.MaximumRetryAttempts ?? defaultAttempts;
  const ageMs = ((policy.MaximumEventAgeInSeconds ?? defaultAgeSeconds) * 1000) / tempo;
  const deadline = delivery.ingestedAt + ageMs;

  let failure: unknown = new Error('The event was too old before the first attempt.');
  for (let retries = 0; ; retries++) {
    if (clock.now() > deadline) return dead('MaximumEventAgeInSeconds', Math.max(0, retries - 1));
    try {
      await attempt(delivery);
      return null;
    } catch (error) {
      failure = error;
    }
    if (!worthRetrying(failure)) return dead(null, retries);
    if (retries >= mostAttempts) return dead('MaximumRetryAttempts', retries);
    const ceiling = Math.min(longestBackoffSeconds, firstBackoffSeconds * 2 ** retries);
    const waitMs = ((ceiling / 2 + (random() * ceiling) / 2) * 1000) / tempo;
    // Waiting beyond the deadline would only make the same dead letter later.
    if (clock.now() + waitMs > deadline) return dead('MaximumEventAgeInSeconds', retries);
    await clock.wait(waitMs, signal);
  }

  function dead(exhausted: DeadLetter['exhausted'], retryAttempts: number): DeadLetter {
    return {
      at: clock.now(),
      event: delivery.event,
      ruleArn: delivery.ruleArn,
      targetArn: delivery.target.Arn ?? '',
      queueArn: delivery.target.DeadLetterConfig?.Arn ?? null,
      errorCode: errorCode(failure),
      errorMessage: failure instanceof Error ? failure.message : String(failure),
      exhausted,
      retryAttempts,
    };
  }
}

/** Missing resources and permissions, and input that will never do, are not retried; a service in trouble is. */
function worthRetrying(failure: unknown): boolean {
  if (!(failure instanceof AwsError)) return true;
  return failure.status >= 500 || throttled(failure) || /Timeout|TimedOut/.test(failure.code);
}

function throttled({ code, status }: AwsError): boolean {
  return status === 429 || /Throttl|TooManyRequests|RequestLimit|LimitExceeded/.test(code);
}

function errorCode(failure: unknown): string {
  if (!(failure instanceof AwsError)) return 'SDK_CLIENT_ERROR';
  if (/NotFound|DoesNotExist/.test(failure.code)) return 'NO_RESOURCE';
  if (/AccessDenied|NotAuthorized|AuthorizationError/.test(failure.code)) return 'NO_PERMISSIONS';
  if (/AlreadyExists/.test(failure.code)) return 'RESOURCE_ALREADY_EXISTS';
  if (throttled(failure)) return 'THROTTLING';
  if (/Timeout|TimedOut/.test(failure.code)) return 'TIMEOUT';
  return failure.code;
}
