import { VALUE_BYTES_MAX } from '../core/routing-value.ts';
import type { CompiledService, Page, StoredPage } from './edge-table.ts';
import { OWN_NAME } from './own-name.ts';

/*
 * How the store says which service a request belongs to. Nothing here changes when traffic moves: the deployment writes it.
 *
 *   h/<deployment>/<host>              [0,…]      all services of the host, the longest prefix first
 *   h/<deployment>/<host>              [1,…]      more services than a value holds: who is left is a page further
 *   h/<deployment>/<host>/<segment>    [0,…]      on, by so many segments of the path
 *   h/<deployment>/*                                        the same for the distribution's own name, over all hosts
 *
 * One read where a host has few services, and two where it has many whose paths differ in the same segment.
 */

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores */
export const KEY_BYTES_MAX = 512;

/** Tells the function that writes the pages where a layer has them. */
export const edgePagesVariable = 'UNDERSTUDY_EDGE_PAGES';

interface OnHosts {
  readonly hosts: readonly string[];
  readonly service: CompiledService;
}

/** Pages that others lead to come first. Throws one error with every service of which no page can tell. */
export function pagesOf(services: readonly OnHosts[], keyPrefix: string): readonly StoredPage[] {
  const byHost = new Map<string, CompiledService[]>();
  for (const { hosts, service } of services) {
    for (const host of hosts) byHost.set(host, [...(byHost.get(host) ?? []), service]);
  }
  const own = onOwnName(services);
  if (own.length > 0) byHost.set(OWN_NAME, own);
  const pages = [...byHost].flatMap(([host, mine]) => pagesBelow(`${keyPrefix}${host}`, mine.map(pathed), 0, 0));
  const faults = pages.flatMap(faultsOf);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return pages.toSorted((a, b) => b.depth - a.depth);
}

function faultsOf({ key, value }: StoredPage): string[] {
  const faults: string[] = [];
  if (Buffer.byteLength(key) > KEY_BYTES_MAX) {
    faults.push(
      `services[].frontDoor: the key ${key} has ${Buffer.byteLength(key)} bytes, and CloudFront takes ${KEY_BYTES_MAX}: shorten the host or the path`,
    );
  }
  if (Buffer.byteLength(value) > VALUE_BYTES_MAX) {
    faults.push(
      `services[].lever.origins: what the edge has to know for ${key} has ${Buffer.byteLength(value)} bytes, and CloudFront takes ${VALUE_BYTES_MAX}: shorten the ids of origins`,
    );
  }
  return faults;
}

/**
 * The distribution's own name stands for every host, so by path alone. A prefix that several services have on hosts of their own
 * belongs to none of them, nor to who has a shorter one.
 */
function onOwnName(services: readonly OnHosts[]): CompiledService[] {
  const byPrefix = Map.groupBy(services, ({ service: [prefix] }) => prefix);
  const known = [...byPrefix.values()].flatMap((all) => (all.length === 1 ? all.map(({ service }) => service) : []));
  const shared = [...byPrefix].flatMap(([prefix, all]) =>
    all.length > 1 && known.some(([shorter]) => prefix.startsWith(shorter)) ? [nobodyAt(prefix)] : [],
  );
  return [...known, ...shared];
}

const nobodyAt = (prefix: string): CompiledService => [prefix, '', [], []];

interface Pathed {
  readonly service: CompiledService;
  readonly segments: readonly string[];
}

/** `/orders/bulk/` has two segments, and `/` none. */
const pathed = (service: CompiledService): Pathed => ({
  service,
  segments: service[0].slice(1).split('/').slice(0, -1),
});

function pagesBelow(key: string, services: readonly Pathed[], taken: number, depth: number): StoredPage[] {
  const all = pageOf(services, 0);
  const next = nextOf(services, taken);
  if (Buffer.byteLength(all) <= VALUE_BYTES_MAX || next === null) return [{ key, value: all, depth }];
  const value = pageOf(
    services.filter(({ segments }) => segments.length < next),
    next - taken,
  );
  const further = Map.groupBy(
    services.filter(({ segments }) => segments.length >= next),
    ({ segments }) => segments.slice(taken, next).join('/'),
  );
  return [
    { key, value, depth },
    ...[...further].flatMap(([path, mine]) => pagesBelow(`${key}/${path}`, mine, next, depth + 1)),
  ];
}

/**
 * How many segments the next key takes: as many as all longer paths have in common and one more, so that they part there; fewer where
 * those that are shorter would not find room beside. Null where no path is longer.
 */
function nextOf(services: readonly Pathed[], taken: number): number | null {
  const longer = services.map(({ segments }) => segments).filter(({ length }) => length > taken);
  const [first] = longer;
  if (first === undefined) return null;
  let next = taken + 1;
  while (
    longer.every((segments) => segments[next - 1] === first[next - 1]) &&
    longer.some(({ length }) => length > next) &&
    fits(
      services.filter(({ segments }) => segments.length <= next),
      next + 1 - taken,
    )
  ) {
    next++;
  }
  return next;
}

const fits = (services: readonly Pathed[], more: number): boolean =>
  Buffer.byteLength(pageOf(services, more)) <= VALUE_BYTES_MAX;

function pageOf(services: readonly Pathed[], more: number): string {
  const page: Page = [more, ...inMatchingOrder(services.map(({ service }) => service))];
  return JSON.stringify(page);
}

/** The most specific one first. */
export const inMatchingOrder = (services: readonly CompiledService[]): readonly CompiledService[] =>
  services.toSorted(([a], [b]) => b.length - a.length);
