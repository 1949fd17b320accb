import { NodeHttpHandler } from '@smithy/node-http-handler';

/** How long one call may take before the next attempt, or the error. */
export interface Patience {
  readonly connectMs: number;
  /** From sending the request to the head of the answer. */
  readonly answerMs: number;
  /** The first one included. */
  readonly attempts: number;
}

/**
 * What every client is made with. The SDK's own defaults wait for minutes: no request timeout at all, and three attempts.
 * `throwOnRequestTimeout` matters: without it the SDK only warns, and goes on waiting.
 */
export function clientSettings(region: string, { connectMs, answerMs, attempts }: Patience) {
  return {
    region,
    maxAttempts: attempts,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: connectMs,
      requestTimeout: answerMs,
      throwOnRequestTimeout: true,
    }),
  };
}
