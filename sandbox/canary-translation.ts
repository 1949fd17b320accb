import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Access, Failover, Service } from '../core/service.ts';
import { toldName, toldVariable } from '../deployment/canary-code.ts';
import type { Canary } from '../loopback/canaries/canaries.ts';

/**
 * A canary as its template has it, looking at this machine: on AWS the name of an address leads there, here it is replaced by
 * the address itself. A shared one is told by its environment here, which takes more than AWS's. Throws for a canary that looks at what nobody serves.
 */
export function translated(canary: Canary, configured: Failover, here: Failover, aws: string): Canary {
  const places = placesOf(configured, here);
  const told = JSON.parse(toldTo(canary)) as Told | { readonly targets: readonly Told[] };
  const there =
    'targets' in told
      ? { targets: told.targets.map((target) => lookingHere(target, canary, places)) }
      : lookingHere(told, canary, places);
  return { ...canary, env: { ...canary.env, AWS_ENDPOINT_URL: aws, [toldVariable]: JSON.stringify(there) } };
}

function toldTo({ name, bundle, env }: Canary): string {
  const text = env[toldVariable];
  if (text !== undefined) return text;
  const file = join(dirname(bundle), toldName);
  if (!existsSync(file)) throw new Error(`canary ${name} has no ${toldVariable}, and no ${toldName} beside its code`);
  return readFileSync(file, 'utf8');
}

interface Told {
  readonly url: string;
  readonly resolvers?: readonly string[];
  readonly access?: Access | undefined;
}

function lookingHere(told: Told, { name, observer }: Canary, places: readonly Place[]): Told {
  const place = places.find(
    ({ base }) => told.url === base || told.url.startsWith(`${base}/`) || told.url.startsWith(`${base}?`),
  );
  if (place === undefined) throw new Error(`canary ${name} in ${observer} looks at ${told.url}, which nobody serves`);
  const resolvers = told.resolvers === undefined ? {} : { resolvers: place.resolvers };
  const access = told.access === undefined ? {} : { access: place.access };
  return { ...told, url: `${place.address}${told.url.slice(place.base.length)}`, ...resolvers, ...access };
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
