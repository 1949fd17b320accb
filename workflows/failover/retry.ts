import type { GuardedRetrier, GuardedTask } from '../guarded.ts';

/** The call did not come through, or the function said itself that nothing is lost by asking again. */
const transient = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'LedgerUnavailable',
  'LeverUnavailable',
  'ReadBackMismatch',
] as const;

/**
 * The function died at its work: it may have done all of it, a part or nothing.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const died = ['Lambda.Unknown', 'Runtime.ExitError'] as const;

/** The same, by the clock of the state or of the function. Whatever the function had asked for may still be at work. */
const outOfTime = ['States.Timeout', 'Sandbox.Timedout'] as const;

interface Attempts {
  /** Retries of a call that did not come through. */
  readonly transient: number;
  /** Retries where no answer came; 0 for a step that must not be done twice. */
  readonly unanswered: number;
  /** Whether running out of time counts as unanswered: not where something may still be at work. */
  readonly timeouts?: boolean;
  readonly maxDelaySeconds?: number;
}

/**
 * Each kind of error has its own number of attempts, so the longest that a step can take is
 * `timeoutSeconds × (1 + transient + unanswered)` and the delays.
 *
 * Full jitter: every control region runs a machine for the same event, and the second asks the same ledger.
 */
export function retry(attempts: Attempts): GuardedTask['Retry'] {
  const { transient: calls, unanswered, timeouts = true, maxDelaySeconds = 4 } = attempts;
  const again = {
    IntervalSeconds: 1,
    BackoffRate: 2,
    MaxDelaySeconds: maxDelaySeconds,
    JitterStrategy: 'FULL',
  } as const;
  const first: GuardedRetrier = { ErrorEquals: transient, ...again, MaxAttempts: calls };
  if (unanswered === 0) return [first];
  const errors = timeouts ? ([...outOfTime, ...died] as const) : died;
  return [first, { ErrorEquals: errors, ...again, MaxAttempts: unanswered }];
}
