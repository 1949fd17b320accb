import type { Access, Failover, Service } from '../core/service.ts';
import type { Canary } from '../loopback/canaries/canaries.ts';

/** The variable of a canary that says what it looks at. */
const variable = 'UNDERSTUDY_CANARY';

/**
 * A canary as its template has it, looking at this machine: on AWS the name of an address leads there, here it is replaced by
 * the address itself. Throws for a canary that looks at what nobody serves.
 */
export function translated(canary: Canary, configured: Failover, here: Failover, aws: string): Canary {
  const text = canary.env[variable];
  if (text === undefined) throw new Error(`canary ${canary.name} has no ${variable}`);
  const told = JSON.parse(text) as {
    readonly url: string;
    readonly resolvers?: readonly string[];
    readonly access?: Access;
  };
  const place = placesOf(configured, here).find(
    ({ base }) => told.url === base || told.url.startsWith(`${base}/`) || told.url.startsWith(`${base}?`),
  );
  if (place === undefined) {
    throw new Error(`canary ${canary.name} in ${canary.observer} looks at ${told.url}, which nobody serves`);
  }
  const url = `${place.address}${told.url.slice(place.base.length)}`;
  const resolvers = told.resolvers === undefined ? {} : { resolvers: place.resolvers };
  const access = told.access === undefined ? {} : { access: place.access };
  const there = JSON.stringify({ ...told, url, ...resolvers, ...access });
  return { ...canary, env: { ...canary.env, AWS_ENDPOINT_URL: aws, [variable]: there } };
}

interface Place {
  readonly base: string;
  readonly address: string;
  readonly resolvers: readonly string[];
  readonly access: Service['access'];
}

/** The longest first, because one may begin with another. */
function placesOf(configured: Failover, here: Failover): readonly Place[] {
  return configured.services
    .flatMap(({ frontDoor, regions }, index): Place[] => {
      const local = here.services[index];
      if (local === undefined) return [];
      return [
        {
          base: withoutSlash(frontDoor.url),
          address: withoutSlash(local.frontDoor.url),
          resolvers: local.frontDoor.resolvers,
          access: local.access,
        },
        ...regions.map(({ endpoint }, at) => ({
          base: withoutSlash(endpoint),
          address: withoutSlash(local.regions[at]?.endpoint ?? ''),
          resolvers: [],
          access: local.access,
        })),
      ];
    })
    .toSorted((a, b) => b.base.length - a.base.length);
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
