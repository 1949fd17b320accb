import { NodeHttpHandler } from '@smithy/node-http-handler';
import { bounded } from './bounded.ts';
import { attempted } from './repeated.ts';
import type { RoleCredentials } from './role-credentials.ts';
import { ServerTime, signedByOurTime } from './server-time.ts';

/** How long one call may take, whatever the other side does. */
export interface Patience {
  readonly connectMs: number;
  /**
   * For one attempt, from connecting to the last byte of the answer; null where every call brings a signal that says so.
   * The call as a whole, its pauses included, may take that long for each attempt and no longer.
   */
  readonly answerMs: number | null;
  /** The first one included. */
  readonly attempts: number;
}

/** Where a client finds its service: at AWS's own address where none is given. */
export interface Reach extends Patience {
  readonly endpoint?: string | undefined;
  /** In another account: of a role there. Asked before each call, within its deadline. The function's own where it is left out. */
  readonly credentials?: (() => Promise<RoleCredentials>) | undefined;
}

/** Of one call; `send` takes them as its options. */
export interface CallOptions {
  readonly abortSignal?: AbortSignal;
  /** A second one would do more than the first: repeated only where it is known that the first one did nothing. */
  readonly once?: boolean;
}

export const once: CallOptions = { once: true };

/** What every client is made with: `make` gets it, and adds what belongs to its service. */
export type ClientSettings = ReturnType<typeof clientSettings>;

interface Client {
  readonly config: { systemClockOffset: number };
  send(command: never, options?: never): Promise<unknown>;
}

/**
 * A client of AWS of which every call has one deadline: for connecting, head, body, attempts and pauses together. The
 * SDK's own timeouts are for phases, and none is for a body that trickles. Its attempts are counted over the life of a
 * client, after 35 there are none left; they wait for as long as a server asks; and they repeat what may have been done.
 * So the SDK makes one attempt, and what is repeated is decided in `attempted`.
 *
 * A call rejects with the client's error, or with a `TimeoutError` when it was not answered in time.
 */
export function awsClient<C extends Client>(region: string, reach: Reach, make: (settings: ClientSettings) => C): C {
  const client = make(clientSettings(region, reach));
  const send = client.send.bind(client) as (command: unknown, options: unknown) => Promise<unknown>;
  const { answerMs, attempts } = reach;
  const time = new ServerTime(client.config);
  return Object.assign(client, {
    send: (command: unknown, options: CallOptions = {}) =>
      bounded(answerMs === null ? null : answerMs * attempts, options.abortSignal, async (signal, leftMs) => {
        await reach.credentials?.();
        return attempted(() => bounded(answerMs, signal, (abortSignal) => send(command, { ...options, abortSignal })), {
          attempts,
          once: options.once === true,
          time,
          signal,
          leftMs,
        });
      }),
  });
}

function clientSettings(region: string, { connectMs, endpoint, credentials }: Reach) {
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: 1,
    httpAuthSchemes: signedByOurTime,
    requestHandler: new NodeHttpHandler({ connectionTimeout: connectMs }),
  };
}
