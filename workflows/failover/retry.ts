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
 * The function began and gave no answer: it may have done all of its work, a part or nothing. The last three are how a
 * function is reported that died or ran into its own timeout.
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
 */
const unanswered = ['States.Timeout', 'Lambda.Unknown', 'Runtime.ExitError', 'Sandbox.Timedout'] as const;

/**
 * Each kind of error has its own number of attempts: `timeoutSeconds × (1 + transient + unanswered)` and the delays are
 * the longest that a step can take. A step that must not be done twice has `unanswered: 0`.
 *
 * Full jitter: every control region runs a machine for the same event, and the second asks the same ledger.
 */
export function retry(attempts: {
  transient: number;
  unanswered: number;
  maxDelaySeconds?: number;
}): GuardedTask['Retry'] {
  const again = { IntervalSeconds: 1, BackoffRate: 2, MaxDelaySeconds: attempts.maxDelaySeconds ?? 4 };
  const first: GuardedRetrier = {
    ErrorEquals: transient,
    ...again,
    MaxAttempts: attempts.transient,
    JitterStrategy: 'FULL',
  };
  if (attempts.unanswered === 0) return [first];
  return [first, { ErrorEquals: unanswered, ...again, MaxAttempts: attempts.unanswered, JitterStrategy: 'FULL' }];
}
