import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { AwsSdkSigV4ASigner, AwsSdkSigV4Signer } from '@aws-sdk/core/httpAuthSchemes';
import { HttpResponse } from '@smithy/core/protocols';
import { isClockSkewError } from '@smithy/core/retry';

/**
 * What a client takes for the time of its server. The SDK believes every `Date` that it is sent, a successful answer's too,
 * and so one server with a wrong clock spoils the next signature; and while a clock is off it repeats every error. Here
 * the server's time counts only where a signature was refused and the clocks are apart, and is kept only where it helped.
 */
export class ServerTime {
  /** The client's configuration: its signer adds the offset to the clock. */
  readonly #config: { systemClockOffset: number };
  /** The last one that a server took a signature with. */
  #provenMs = 0;

  constructor(config: { systemClockOffset: number }) {
    this.#config = config;
  }

  /** Makes the call, and once more where its signature was refused for its time. */
  async correcting<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const offsetMs = isClockSkewError(error as Parameters<typeof isClockSkewError>[0]) ? offsetOf(error) : null;
      if (offsetMs === null || Math.abs(offsetMs - this.#config.systemClockOffset) < apartMs) throw error;
      this.#config.systemClockOffset = offsetMs;
      try {
        const answer = await call();
        this.#provenMs = offsetMs;
        return answer;
      } finally {
        this.#config.systemClockOffset = this.#provenMs;
      }
    }
  }
}

/** A signature may be five minutes old or early; from four on the SDK corrects its clock. https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html */
const apartMs = 4 * 60_000;

/** From our clock to the server's, or null where its answer does not say: an answer from a cache has another's date. */
function offsetOf(error: unknown): number | null {
  const response = (error as { $response?: unknown }).$response;
  if (!HttpResponse.isInstance(response) || response.headers['age'] !== undefined) return null;
  const serverNow = Date.parse(response.headers['date'] ?? '');
  return Number.isNaN(serverNow) ? null : serverNow - Date.now();
}

const believesNoDate = {
  errorHandler: () => (error: Error) => {
    throw error;
  },
  successHandler: () => {},
};

/** The signers of the SDK, without what they learn from each answer's date. */
export const signedByOurTime: NonNullable<DynamoDBClientConfig['httpAuthSchemes']> = [
  {
    schemeId: 'aws.auth#sigv4',
    identityProvider: (config) => config.getIdentityProvider('aws.auth#sigv4'),
    signer: Object.assign(new AwsSdkSigV4Signer(), believesNoDate),
  },
  {
    schemeId: 'aws.auth#sigv4a',
    identityProvider: (config) => config.getIdentityProvider('aws.auth#sigv4a'),
    signer: Object.assign(new AwsSdkSigV4ASigner(), believesNoDate),
  },
];
