import {
  GetRoutingControlStateCommand,
  Route53RecoveryClusterClient,
  UpdateRoutingControlStatesCommand,
} from '@aws-sdk/client-route53-recovery-cluster';
import type { ArcLeverConfig } from '../../core/service.ts';
import { ConfigurationError, LeverUnavailable } from '../errors.ts';
import type { Clock, Log } from '../ports.ts';
import {
  arcUpdates,
  type ControlStates,
  type EndpointError,
  type IsStill,
  type SendAnswer,
  type UpdateAnswer,
} from './arc-updates.ts';
import { awsClient, type Reach } from './client-settings.ts';
import { isOurMistake, nameOf, sentenceOf, wasNotPerformed } from './vendor-error.ts';

export type { ControlState, ControlStates } from './arc-updates.ts';

/**
 * An ARC cluster: five regional endpoints, of which at least three are up at any time, but not always the same three. So
 * every call starts at a random one and goes on to the next, whatever the first one said: a signature, a permission or a
 * clock may be wrong at one endpoint alone. https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.update.api.html
 *
 * Both calls reject when no endpoint is left: with `ConfigurationError` where each of them says that the mistake is ours,
 * else with `LeverUnavailable`.
 */
export interface ArcCluster {
  /** All from one endpoint, which is not `except`. */
  read(arns: readonly string[], except?: number): Promise<ControlStates>;
  /**
   * All in one transaction, at an endpoint that is not in `tried`; those that fail are added to it. Several that wait for a turn share a
   * call; `isStill` is asked where one had to wait.
   */
  update(states: ControlStates, tried: Set<number>, isStill?: IsStill): Promise<UpdateAnswer>;
  /** What each endpoint that cannot be read says, one sentence each. A wrong one shows here, and not by chance in an outage. */
  complaints(arns: readonly string[]): Promise<readonly string[]>;
}

export interface ArcClusterOptions {
  readonly endpoints: ArcLeverConfig['endpoints'];
  readonly clientOf: (endpoint: ArcLeverConfig['endpoints'][number]) => Route53RecoveryClusterClient;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Hears of endpoints where the mistake is ours. */
  readonly log?: Log | undefined;
  /** What one endpoint may take for one answer. */
  readonly endpointTimeoutMs?: number;
  /** A signal that aborts after so long. */
  readonly deadline?: (ms: number) => AbortSignal;
}

/** Endpoint and region belong together: the region is what the request is signed for. */
export function arcClient(
  { region, url }: ArcLeverConfig['endpoints'][number],
  reach: Partial<Reach> = {},
): Route53RecoveryClusterClient {
  const usual = { connectMs: 1_000, answerMs: 1_500, attempts: 1, endpoint: url };
  return awsClient(region, { ...usual, ...reach }, (settings) => new Route53RecoveryClusterClient(settings));
}

export function arcCluster({
  endpoints,
  clientOf,
  clock,
  random,
  wait,
  log,
  endpointTimeoutMs = 1_500,
  deadline = AbortSignal.timeout,
}: ArcClusterOptions): ArcCluster {
  const clients = endpoints.map((endpoint) => clientOf(endpoint));
  const failedAt = endpoints.map(() => Number.NEGATIVE_INFINITY);

  async function read(arns: readonly string[], except?: number): Promise<ControlStates> {
    const tried = new Set(except === undefined ? [] : [except]);
    const errors: EndpointError[] = [];
    for (let endpoint = pick(tried); endpoint !== undefined; endpoint = pick(tried)) {
      try {
        return await readFrom(endpoint, arns);
      } catch (error) {
        errors.push(failed(endpoint, error, tried));
      }
    }
    throw noneAnswered('read', errors);
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

  const update = arcUpdates({
    clock,
    wait,
    pick,
    endpoints: endpoints.length,
    send,
    noneAnswered: (errors) => noneAnswered('write', errors),
  });

  async function send(endpoint: number, states: ControlStates): Promise<SendAnswer> {
    const command = new UpdateRoutingControlStatesCommand({
      // Never SafetyRulesToOverride: breaking the glass is for people.
      UpdateRoutingControlStateEntries: Object.entries(states).map(([RoutingControlArn, RoutingControlState]) => ({
        RoutingControlArn,
        RoutingControlState,
      })),
    });
    try {
      await clientAt(endpoint).send(command, { abortSignal: deadline(endpointTimeoutMs) });
      return { kind: 'written' };
    } catch (error) {
      if (nameOf(error) === 'ConflictException') return { kind: 'conflict', because: sentenceOf(error) };
      const said = failed(endpoint, error, new Set());
      return wasNotPerformed(error) ? { kind: 'not-performed', ...said } : { kind: 'unknown', because: said.because };
    }
  }

  async function complaints(arns: readonly string[]): Promise<readonly string[]> {
    const said = await Promise.all(
      endpoints.map((_, endpoint) =>
        readFrom(endpoint, arns).then(
          () => null,
          (error: unknown) => failed(endpoint, error, new Set()).because,
        ),
      ),
    );
    return said.filter((because) => because !== null);
  }

  /** A random one of those whose turn comes first; those that have just failed come last, or every call would wait for them anew. */
  function pick(tried: ReadonlySet<number>, turnOf: (endpoint: number) => number = () => 0): number | undefined {
    const left = endpoints.map((_, index) => index).filter((index) => !tried.has(index));
    const trusted = left.filter((index) => clock.now() - (failedAt[index] ?? 0) > distrustMs);
    const among = trusted.length > 0 ? trusted : left;
    const first = Math.min(...among.map(turnOf));
    const from = among.filter((index) => turnOf(index) <= first);
    return from[Math.min(from.length - 1, Math.floor(random() * from.length))];
  }

  function failed(endpoint: number, error: unknown, tried: Set<number>): EndpointError {
    failedAt[endpoint] = clock.now();
    tried.add(endpoint);
    const because = `${endpoints[endpoint]?.region ?? `endpoint ${endpoint}`}: ${sentenceOf(error)}`;
    if (isOurMistake(error)) log?.warn('an ARC endpoint refuses us', { because });
    return { because, error };
  }

  function clientAt(endpoint: number): Route53RecoveryClusterClient {
    const client = clients[endpoint];
    if (client === undefined) throw new ConfigurationError(`the ARC cluster has no endpoint ${endpoint}`);
    return client;
  }

  return { read, update, complaints };
}

/** Where each says that it is our mistake, it is: no other attempt helps. */
function noneAnswered(doing: string, errors: readonly EndpointError[]): Error {
  const cause = errors.at(-1)?.error;
  const said = errors.map(({ because }) => because).join('; ');
  if (errors.length > 0 && errors.every(({ error }) => isOurMistake(error))) {
    return new ConfigurationError(`every ARC endpoint refused a ${doing}: ${said}`, { cause });
  }
  return new LeverUnavailable(`no ARC endpoint answered a ${doing}${said === '' ? '' : `: ${said}`}`, { cause });
}

/** Endpoints go down for maintenance one after the other, and come back. */
const distrustMs = 30_000;
