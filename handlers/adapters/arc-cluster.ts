import {
  GetRoutingControlStateCommand,
  Route53RecoveryClusterClient,
  UpdateRoutingControlStatesCommand,
} from '@aws-sdk/client-route53-recovery-cluster';
import type { ArcLeverConfig } from '../../core/service.ts';
import { ConfigurationError, LeverUnavailable } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { isOurMistake, nameOf, sentenceOf } from './vendor-error.ts';

export type ControlState = 'On' | 'Off';

/** By routing control ARN. */
export type ControlStates = Readonly<Record<string, ControlState>>;

/**
 * An ARC cluster: five regional endpoints, of which at least three are up at any time, but not always the same three. So
 * every call starts at a random one and goes on to the next. https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.update.api.html
 *
 * Both calls reject with `LeverUnavailable` when no endpoint is left, and with `ConfigurationError` at once where no
 * other endpoint could help.
 */
export interface ArcCluster {
  /** All from one endpoint, which is not `except`. */
  read(arns: readonly string[], except?: number): Promise<ControlStates>;
  /** All in one transaction, at an endpoint that is not in `tried`; those that fail are added to it. */
  update(states: ControlStates, tried: Set<number>): Promise<UpdateAnswer>;
}

export type UpdateAnswer =
  | { readonly kind: 'written'; readonly endpoint: number }
  /** A safety rule stands against it. */
  | { readonly kind: 'conflict'; readonly because: string }
  /** Sent, and no answer that says what became of it. */
  | { readonly kind: 'unknown'; readonly because: string };

export interface ArcClusterOptions {
  readonly endpoints: ArcLeverConfig['endpoints'];
  readonly clientOf: (endpoint: ArcLeverConfig['endpoints'][number]) => Route53RecoveryClusterClient;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** What one endpoint may take for one answer. */
  readonly endpointTimeoutMs?: number;
  /** A signal that aborts after so long. */
  readonly deadline?: (ms: number) => AbortSignal;
}

/** Endpoint and region belong together: the region is what the request is signed for. */
export function arcClient({ region, url }: ArcLeverConfig['endpoints'][number]): Route53RecoveryClusterClient {
  return new Route53RecoveryClusterClient({
    ...clientSettings(region, { connectMs: 1_000, answerMs: 1_500, attempts: 1 }),
    endpoint: url,
  });
}

export function arcCluster({
  endpoints,
  clientOf,
  clock,
  random,
  wait,
  endpointTimeoutMs = 1_500,
  deadline = AbortSignal.timeout,
}: ArcClusterOptions): ArcCluster {
  const clients = endpoints.map(clientOf);
  const failedAt = endpoints.map(() => Number.NEGATIVE_INFINITY);
  const nextTurnAt = endpoints.map(() => Number.NEGATIVE_INFINITY);

  async function read(arns: readonly string[], except?: number): Promise<ControlStates> {
    const tried = new Set(except === undefined ? [] : [except]);
    let lastError: unknown;
    for (let endpoint = pick(tried); endpoint !== undefined; endpoint = pick(tried)) {
      try {
        return await readFrom(endpoint, arns);
      } catch (error) {
        if (isOurMistake(error)) throw mistake(error, endpoint);
        lastError = error;
        failed(endpoint, tried);
      }
    }
    throw unavailable('read', lastError);
  }

  async function readFrom(endpoint: number, arns: readonly string[]): Promise<ControlStates> {
    const abortSignal = deadline(endpointTimeoutMs);
    const states = await Promise.all(
      arns.map(async (arn) => {
        const command = new GetRoutingControlStateCommand({ RoutingControlArn: arn });
        const answer = await clientAt(endpoint).send(command, { abortSignal });
        const state = answer.RoutingControlState;
        if (state !== 'On' && state !== 'Off')
          throw new Error(`${arn} is ${JSON.stringify(state)}, neither On nor Off`);
        return [arn, state] as const;
      }),
    );
    return Object.fromEntries(states);
  }

  async function update(states: ControlStates, tried: Set<number>): Promise<UpdateAnswer> {
    const command = new UpdateRoutingControlStatesCommand({
      // Never SafetyRulesToOverride: breaking the glass is for people.
      UpdateRoutingControlStateEntries: Object.entries(states).map(([RoutingControlArn, RoutingControlState]) => ({
        RoutingControlArn,
        RoutingControlState,
      })),
    });
    let lastError: unknown;
    for (let endpoint = pick(tried); endpoint !== undefined; endpoint = pick(tried)) {
      await turnAt(endpoint);
      try {
        await clientAt(endpoint).send(command, { abortSignal: deadline(endpointTimeoutMs) });
        return { kind: 'written', endpoint };
      } catch (error) {
        if (nameOf(error) === 'ConflictException') return { kind: 'conflict', because: sentenceOf(error) };
        if (isOurMistake(error) || nameOf(error) === 'ServiceLimitExceededException') throw mistake(error, endpoint);
        failed(endpoint, tried);
        if (!wasNotPerformed(error)) return { kind: 'unknown', because: `${regionOf(endpoint)}: ${sentenceOf(error)}` };
        lastError = error;
      }
    }
    throw unavailable('write', lastError);
  }

  /** A random one; those that have just failed come last, or every call would wait for them anew. */
  function pick(tried: ReadonlySet<number>): number | undefined {
    const left = endpoints.map((_, index) => index).filter((index) => !tried.has(index));
    const trusted = left.filter((index) => clock.now() - (failedAt[index] ?? 0) > distrustMs);
    const from = trusted.length > 0 ? trusted : left;
    return from[Math.min(from.length - 1, Math.floor(random() * from.length))];
  }

  function failed(endpoint: number, tried: Set<number>): void {
    failedAt[endpoint] = clock.now();
    tried.add(endpoint);
  }

  /** An endpoint takes three writes a second. https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.quotas.html */
  async function turnAt(endpoint: number): Promise<void> {
    const now = clock.now();
    const turn = Math.max(now, nextTurnAt[endpoint] ?? now);
    nextTurnAt[endpoint] = turn + writeSpacingMs;
    if (turn > now) await wait(turn - now);
  }

  function clientAt(endpoint: number): Route53RecoveryClusterClient {
    const client = clients[endpoint];
    if (client === undefined) throw new ConfigurationError(`the ARC cluster has no endpoint ${endpoint}`);
    return client;
  }

  const regionOf = (endpoint: number) => endpoints[endpoint]?.region ?? `endpoint ${endpoint}`;

  function mistake(error: unknown, endpoint: number): ConfigurationError {
    return new ConfigurationError(`the ARC endpoint in ${regionOf(endpoint)}: ${sentenceOf(error)}`, { cause: error });
  }

  function unavailable(doing: string, lastError: unknown): LeverUnavailable {
    const last = lastError === undefined ? '' : `, the last with ${sentenceOf(lastError)}`;
    return new LeverUnavailable(`no ARC endpoint answered a ${doing}${last}`, { cause: lastError });
  }

  return { read, update };
}

/** Endpoints go down for maintenance one after the other, and come back. */
const distrustMs = 30_000;

const writeSpacingMs = Math.ceil(1_000 / 3);

/** Refused before anything was done; after any other error the write may have come through all the same. */
function wasNotPerformed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return notPerformed.has(nameOf(error)) || code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH';
}

const notPerformed = new Set(['EndpointTemporarilyUnavailableException', 'ThrottlingException']);
