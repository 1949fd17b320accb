import { type Failover, homeRegion, type Service } from '../core/service.ts';
import { overDefaults } from '../deployment/limits.ts';
import { hostOf, unreachable } from './addresses.ts';
import { pathText } from './issue-lines.ts';
import type { At, Mistake } from './mistake.ts';
import { majorityOf } from './quorum.ts';
import { regionsNamedIn } from './regions.ts';
import { resolverAddress } from './resolver.ts';
import { rtoWarnings } from './rto-floor.ts';
import { shortDurations } from './short-durations.ts';
import type { Staged } from './stages.ts';
import { strangeRegions } from './strange-regions.ts';

/**
 * What is valid and hardly meant, one line each, with its path. Nobody is refused for it: a region may be newer than our list, an
 * address known to us alone, a test faster than the world. `written` is where in the file a member is.
 */
export function warningsOf(failover: Failover, written: Staged['written'] = (path) => path): string[] {
  return [...warnings(failover)].map(({ path, message }) => `${pathText(written(path))} ${message}`);
}

function* warnings(failover: Failover): Generator<Mistake> {
  yield* strangeRegions(failover);
  // Who stands in a network reaches what others do not.
  const reached = (url: string, path: Mistake['path']) =>
    failover.networks === undefined ? reachWarnings(url, path) : [];
  yield* reached(failover.controlTarget.url, ['controlTarget', 'url']);
  for (const [s, service] of failover.services.entries()) {
    const at: At = (...path) => ['services', s, ...path];
    for (const [r, { endpoint }] of service.regions.entries()) yield* reached(endpoint, at('regions', r, 'endpoint'));
    yield* reached(service.frontDoor.url, at('frontDoor', 'url'));
    for (const [r, resolver] of service.frontDoor.resolvers.entries()) {
      const why = unreachable(bracketed(resolverAddress(resolver)));
      if (why !== null && failover.networks === undefined)
        yield {
          path: at('frontDoor', 'resolvers', r),
          message: `${why}: every probe would say that the name is not resolved`,
        };
    }
    yield* misplaced(service, at);
    yield* quorumWarnings(service, failover, at);
    yield* rtoWarnings(service, failover, at);
  }
  yield* shortDurations(failover);
  yield* overDefaults(failover);
}

const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

function* reachWarnings(url: string, path: Mistake['path']): Generator<Mistake> {
  const why = unreachable(hostOf(url));
  if (why !== null) yield { path, message: `${why}: probes from other regions would be red for ever` };
}

/** Literals that name one region and stand at another: a line was copied. */
function* misplaced({ regions, lever }: Service, at: At): Generator<Mistake> {
  const aliases = lever.kind === 'kvs' ? {} : (lever.hostedZone?.aliases ?? {});
  const literals: (readonly [path: Mistake['path'], region: string, literal: string])[] = [
    ...regions.map(({ region, endpoint }, r) => [at('regions', r, 'endpoint'), region, hostOf(endpoint)] as const),
    ...Object.entries(lever.kind === 'kvs' ? lever.origins : {}).map(
      ([region, origin]) => [at('lever', 'origins', region), region, origin] as const,
    ),
    ...Object.entries(aliases).map(
      ([region, { dnsName }]) => [at('lever', 'hostedZone', 'aliases', region, 'dnsName'), region, dnsName] as const,
    ),
  ];
  for (const [path, region, literal] of literals) {
    const others = regionsNamedIn(literal).filter((name) => name !== region);
    if (others.length > 0 && !regionsNamedIn(literal).includes(region)) {
      yield { path, message: `names ${others.join(', ')} and stands at ${region}; was a line copied?` };
    }
  }
}

/** What lets few decide for many. */
function* quorumWarnings(service: Service, { observers }: Failover, at: At): Generator<Mistake> {
  const { quorum, minority, burst, dwellMs } = service.policy;
  if (!minority && quorum < majorityOf(observers.length)) {
    yield {
      path: at('policy', 'quorum'),
      message: `is ${quorum} of ${observers.length} observers, a minority: they move traffic while the others are silent; write ${majorityOf(observers.length)}, or policy.minority: true`,
    };
  }
  if (burst.count === 1 && dwellMs === 0) {
    yield {
      path: at('policy', 'burst', 'count'),
      message: `is 1 and dwellMs is 0: one lost packet at each of ${quorum} observers moves traffic out of ${homeRegion(service)}`,
    };
  }
}
