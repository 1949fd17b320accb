import type { CachePolicy } from './cache.ts';
import type { OriginConfig } from './origin.ts';
import { READS, type Target } from './origin-choice.ts';

/** A cache behaviour: how requests of one path pattern are treated. */
export interface Behaviour {
  /** `*` is any number of characters, `?` any one. It is compared with the path alone, never with the query. */
  readonly pathPattern: string;
  readonly target: Target;
  readonly allowedMethods: readonly string[];
  readonly cache: CachePolicy;
  /** Which query parameters the origin gets: all that the viewer sent, or those of the cache key. */
  readonly forward: 'viewer' | 'cache-key';
  /** Whether the viewer-request function runs. */
  readonly viewerRequest: boolean;
}

/** The first that fits, in the order of the distribution. */
export function matchBehaviour(behaviours: readonly Behaviour[], path: string): Behaviour {
  const behaviour = behaviours.find(({ pathPattern }) => matchesPattern(pathPattern, path));
  if (behaviour === undefined) throw new Error(`no behaviour for ${path}: the last one must have the pattern *`);
  return behaviour;
}

/** Refuses what CloudFront refuses. */
export function checkBehaviours(behaviours: readonly Behaviour[], origins: ReadonlyMap<string, OriginConfig>): void {
  if (behaviours.at(-1)?.pathPattern !== '*') throw new Error('the last behaviour must have the pattern *');
  for (const { pathPattern, target, allowedMethods } of behaviours) {
    const ids = 'originId' in target ? [target.originId] : target.originIds;
    const missing = ids.find((id) => !origins.has(id));
    if (missing !== undefined) throw new Error(`behaviour ${pathPattern}: the distribution has no origin ${missing}`);
    if ('originIds' in target && allowedMethods.some((method) => !READS.has(method))) {
      throw new Error(
        `behaviour ${pathPattern}: The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group.`,
      );
    }
  }
}

function matchesPattern(pattern: string, path: string): boolean {
  // A leading slash is optional in a pattern.
  const absolute = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const source = absolute
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(path);
}
