import type { Failover, Service } from '../core/service.ts';
import { addressOf, hostOf, movedWith } from './addresses.ts';
import { pathText } from './issue-lines.ts';
import { type At, type Mistake, repeated } from './mistake.ts';

/*
 * Literals that name what exists: where two of them are one, a move would write to one thing for two regions, or a region would
 * be asked in the place of another.
 */

/** What must be told apart within the whole configuration. */
export function* distinctMistakes(failover: Failover): Generator<Mistake> {
  const { observers, controlRegions, notify, services } = failover;
  yield* repeated(observers, ['observers']);
  yield* repeated(controlRegions, ['controlRegions']);
  yield* repeated(notify.emails, ['notify', 'emails']);
  yield* repeated([notify.topics.critical, notify.topics.info], ['notify', 'topics'], ['critical', 'info']);
  yield* repeated(
    services.map(({ name }) => name),
    ['services'],
  );
  for (const [s, service] of services.entries()) yield* serviceMistakes(service, (...path) => ['services', s, ...path]);
  yield* doorMistakes(services);
  yield* hostMistakes(services);
  yield* controlMistakes(services);
  yield* othersDoors(failover);
}

function* serviceMistakes({ regions, frontDoor, lever }: Service, at: At): Generator<Mistake> {
  yield* repeated(
    regions.map(({ region }) => region),
    at('regions'),
  );
  for (const [r, { endpoint }] of regions.entries()) {
    const path = at('regions', r, 'endpoint');
    const twin = regions.findIndex((other) => addressOf(other.endpoint) === addressOf(endpoint));
    if (addressOf(endpoint) !== '' && twin < r) {
      yield {
        path,
        message: `is that of ${regions[twin]?.region} (${pathText(at('regions', twin, 'endpoint'))}): one region would answer for both`,
      };
    }
    if (movedWith(endpoint) !== '' && movedWith(endpoint) === movedWith(frontDoor.url)) {
      yield {
        path,
        message: `is on the host of the front door (${pathText(at('frontDoor', 'url'))}): a region is asked past what moves; give it an address of its own`,
      };
    }
  }
  if (lever.kind === 'kvs') yield* twins(lever.origins, at('lever', 'origins'), 'the distribution');
  const zone = lever.kind === 'kvs' ? undefined : lever.hostedZone;
  if (zone === undefined) return;
  const names = Object.fromEntries(Object.entries(zone.aliases).map(([region, { dnsName }]) => [region, dnsName]));
  yield* twins(names, at('lever', 'hostedZone', 'aliases'), 'DNS');
  for (const [region, dnsName] of Object.entries(names)) {
    if (dnsName === movedWith(frontDoor.url)) {
      yield {
        path: at('lever', 'hostedZone', 'aliases', region, 'dnsName'),
        message: 'is the host of the front door: the record would lead to itself',
      };
    }
  }
}

function* twins(byRegion: Readonly<Record<string, string>>, path: Mistake['path'], whose: string): Generator<Mistake> {
  const entries = Object.entries(byRegion);
  for (const [index, [region, value]] of entries.entries()) {
    const [twin] = entries.find(([, other]) => other === value) ?? [];
    if (twin === undefined || entries.findIndex(([name]) => name === twin) === index) continue;
    yield {
      path: [...path, region],
      message: `is that of ${twin} (${pathText([...path, twin])}): for ${whose} both regions would be one`,
    };
  }
}

/** Two services behind one address: behind CloudFront a path may tell them apart, in DNS a host is moved as a whole. */
function* doorMistakes(services: readonly Service[]): Generator<Mistake> {
  /** The first of each address and of each host, of those whom the edge tells apart and of the others. */
  const [byAddress, byHost, othersByHost] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  for (const [s, service] of services.entries()) {
    const { url } = service.frontDoor;
    const [address, host] = [addressOf(url), movedWith(url)];
    // A sandbox has one edge, on loopback, for all services.
    if (host === '' || hostOf(url).startsWith('127.')) continue;
    const isKvs = service.lever.kind === 'kvs';
    const same = isKvs ? [byAddress.get(address), othersByHost.get(host)] : [byHost.get(host)];
    if (isKvs) keepFirst(byAddress, address, s);
    else keepFirst(othersByHost, host, s);
    keepFirst(byHost, host, s);
    const first = Math.min(...same.map((index) => index ?? Infinity));
    const owner = services[first];
    if (owner === undefined) continue;
    const where = pathText(['services', first, 'frontDoor', 'url']);
    yield {
      path: ['services', s, 'frontDoor', 'url'],
      message:
        service.lever.kind === 'kvs' && owner.lever.kind === 'kvs'
          ? `is that of ${owner.name} (${where}): their requests could not be told apart; give it a host or a path of its own`
          : `has the host ${movedWith(url)}, whose records follow the lever of ${owner.name} (${where}); give it a host of its own`,
    };
  }
}

function keepFirst(known: Map<string, number>, key: string, index: number): void {
  if (!known.has(key)) known.set(key, index);
}

/** Names beside the one of the front door: only the edge tells services apart by them, and each must be one service's. */
function* hostMistakes(services: readonly Service[]): Generator<Mistake> {
  const owners = new Map<string, string>();
  for (const service of services) {
    if (service.lever.kind !== 'kvs') continue;
    const address = addressOf(service.frontDoor.url);
    if (!owners.has(address)) owners.set(address, service.name);
  }
  for (const [s, service] of services.entries()) {
    const { url, hosts = [] } = service.frontDoor;
    for (const [h, host] of hosts.entries()) {
      const path = ['services', s, 'frontDoor', 'hosts', h];
      if (service.lever.kind !== 'kvs') {
        yield { path, message: `is asked of the edge, and ${service.name} does not move by kvs; take it out` };
        continue;
      }
      const address = addressOf(`https://${host}${new URL(url).pathname}`);
      const owner = owners.get(address);
      if (owner === undefined) owners.set(address, service.name);
      else if (owner === service.name) yield { path, message: 'is a host of the service already; take it out' };
      else {
        yield {
          path,
          message: `is, with its path, that of ${owner}: their requests could not be told apart; give one of them another host or path`,
        };
      }
    }
  }
}

/** One routing control is On or Off for one region of one service. */
function* controlMistakes(services: readonly Service[]): Generator<Mistake> {
  const owners = new Map<string, Mistake['path']>();
  for (const [s, { lever }] of services.entries()) {
    if (lever.kind !== 'arc') continue;
    yield* endpointMistakes(lever.endpoints, ['services', s, 'lever', 'endpoints']);
    for (const [region, arn] of Object.entries(lever.controls)) {
      const path = ['services', s, 'lever', 'controls', region];
      const owner = owners.get(arn);
      if (owner === undefined) owners.set(arn, path);
      else
        yield { path, message: `is the routing control of ${pathText(owner)}: one is On or Off for one region alone` };
    }
  }
}

/** Five that are five: with one region lost the others are asked. */
function* endpointMistakes(
  endpoints: readonly { region: string; url: string }[],
  path: Mistake['path'],
): Generator<Mistake> {
  yield* repeated(
    endpoints.map(({ region }) => region),
    path,
    undefined,
    'region',
  );
  for (const [e, { url }] of endpoints.entries()) {
    const twin = endpoints.findIndex((other) => addressOf(other.url) === addressOf(url));
    if (twin < e)
      yield {
        path: [...path, e, 'url'],
        message: `is that of ${pathText([...path, twin, 'url'])}: five endpoints are five`,
      };
  }
}

/** What is asked past every front door, and what is nobody's service. */
function* othersDoors({ services, controlTarget }: Failover): Generator<Mistake> {
  const control = hostOf(controlTarget.url);
  const endpoints = services.flatMap(({ regions }, s) => regions.map(({ endpoint }, r) => ({ s, r, endpoint })));
  const byAddress = Map.groupBy(endpoints, ({ endpoint }) => addressOf(endpoint));
  for (const [d, { name, frontDoor }] of services.entries()) {
    const door = addressOf(frontDoor.url);
    if (door === '') continue;
    const where = `the front door of ${name} (${pathText(['services', d, 'frontDoor', 'url'])})`;
    for (const { s, r } of byAddress.get(door) ?? []) {
      if (s === d) continue;
      const message = `is ${where}, which moves by itself; give the address of the region`;
      yield { path: ['services', s, 'regions', r, 'endpoint'], message };
    }
    const places = [frontDoor.url, ...(services[d]?.regions ?? []).map(({ endpoint }) => endpoint)];
    if (places.some((url) => hostOf(url) === control)) {
      yield {
        path: ['controlTarget', 'url'],
        message: `has the host of ${name}: it tells a blind observer from a dead service, and must be nobody's; choose another`,
      };
    }
  }
}
