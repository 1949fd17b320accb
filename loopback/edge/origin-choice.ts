import type { OriginUpdate } from 'cloudfront';
import type { OriginChoice } from './edge-function.ts';
import type { OriginClient, OriginConfig, OriginFailure, OriginOutcome, OriginRequest } from './origin.ts';

/** Where a behaviour sends requests while no function says otherwise. */
export type Target =
  | { readonly originId: string }
  | { readonly originIds: readonly [string, string]; readonly statusCodes: readonly number[] };

/** The origins that one request may go to, in order: the second only where the first fails as the group says. */
export interface Route {
  readonly origins: readonly [OriginConfig] | readonly [OriginConfig, OriginConfig];
  readonly statusCodes: readonly number[];
  readonly hostHeader?: string | undefined;
  readonly customHeaders?: Readonly<Record<string, string>> | undefined;
}

export type RouteOrFault =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'fault'; readonly because: string };

/** What was asked, in order, for whoever wants to know why an answer came from there. */
export interface Try {
  readonly originId: string;
  readonly result: number | OriginFailure;
}

/** What the function chose, else what the behaviour says. */
export function routeOf(
  choice: OriginChoice | null,
  target: Target,
  origins: ReadonlyMap<string, OriginConfig>,
  method: string,
): RouteOrFault {
  if (choice === null || choice.kind === 'update') {
    const route = targetRoute(target, origins, method);
    return route.kind === 'route' && choice !== null ? updated(route.route, choice.update) : route;
  }
  if (choice.kind === 'group') return targetRoute(choice, origins, method);
  const route = targetRoute({ originId: choice.originId }, origins, method);
  return route.kind === 'route' ? { kind: 'route', route: { ...route.route, hostHeader: choice.hostHeader } } : route;
}

function targetRoute(target: Target, origins: ReadonlyMap<string, OriginConfig>, method: string): RouteOrFault {
  const ids = 'originId' in target ? [target.originId] : target.originIds;
  const [first, second] = ids.map((id) => origins.get(id));
  const missing = ids.find((id) => !origins.has(id));
  if (missing !== undefined || first === undefined) return fault(`the distribution has no origin ${missing}`);
  if ('originId' in target) return { kind: 'route', route: { origins: [first], statusCodes: [] } };

  const foreign = target.statusCodes.find((code) => !FAILOVER_STATUS_CODES.has(code));
  if (foreign !== undefined) return fault(`an origin group does not fail over on ${foreign}`);
  if (second === undefined || first.id === second.id) return fault('an origin group has two origins');
  // What CloudFront does with a write under a group that a function made is documented nowhere. Here it is refused, so that
  // nobody builds on it.
  if (!READS.has(method)) return fault(`an origin group was chosen for ${method}`);
  return { kind: 'route', route: { origins: [first, second], statusCodes: target.statusCodes } };
}

/** In a group it changes only the primary. Whatever it leaves out is inherited from the origin. */
function updated(route: Route, update: OriginUpdate): RouteOrFault {
  const [primary, ...others] = route.origins;
  const url = new URL(primary.url);
  if (update.domainName !== undefined) url.hostname = update.domainName;
  if (update.customOriginConfig !== undefined) url.port = String(update.customOriginConfig.port);
  if (update.originPath !== undefined) url.pathname = update.originPath;
  const seconds = update.timeouts;
  const changed: OriginConfig = {
    ...primary,
    url: url.href,
    connectionAttempts: update.connectionAttempts ?? primary.connectionAttempts,
    connectionTimeoutMs:
      seconds?.connectionTimeout === undefined ? primary.connectionTimeoutMs : seconds.connectionTimeout * 1000,
    readTimeoutMs: seconds?.readTimeout === undefined ? primary.readTimeoutMs : seconds.readTimeout * 1000,
  };
  const origins = [changed, ...others] as unknown as Route['origins'];
  return {
    kind: 'route',
    route: { ...route, origins, hostHeader: update.hostHeader, customHeaders: update.customHeaders },
  };
}

/**
 * Asks the origins of a route. There is no memory: every request begins with the first, however often it failed.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export async function askRoute(
  client: OriginClient,
  route: Route,
  requestFor: (origin: OriginConfig) => OriginRequest,
): Promise<{ readonly outcome: OriginOutcome; readonly tries: readonly Try[] }> {
  const [first, second] = route.origins;
  const firstOutcome = await client.ask(first, requestFor(first));
  const tries: Try[] = [tryOf(first, firstOutcome)];
  if (second === undefined || !route.statusCodes.includes(criterion(firstOutcome)))
    return { outcome: firstOutcome, tries };
  const outcome = await client.ask(second, requestFor(second));
  return { outcome, tries: [...tries, tryOf(second, outcome)] };
}

function tryOf(origin: OriginConfig, outcome: OriginOutcome): Try {
  return { originId: origin.id, result: outcome.kind === 'answered' ? outcome.status : outcome.because };
}

/** The status that an outcome counts as: a connection that was not made is a 503, a timeout of the answer a 504. */
function criterion(outcome: OriginOutcome): number {
  if (outcome.kind === 'answered') return outcome.status;
  return { refused: 503, 'connect-timeout': 503, reset: 502, 'read-timeout': 504 }[outcome.because];
}

function fault(because: string): RouteOrFault {
  return { kind: 'fault', because };
}

export const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const FAILOVER_STATUS_CODES = new Set([400, 403, 404, 416, 429, 500, 502, 503, 504]);
