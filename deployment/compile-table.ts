import { OVERRIDE_KEY, serviceKey, VALUE_BYTES_MAX } from '../core/routing-value.ts';
import { inMatchingOrder, pagesOf } from './edge-pages.ts';
import type {
  CompiledService,
  CompiledTable,
  EdgeRegion,
  EdgeService,
  EdgeTable,
  Page,
  StoredPage,
} from './edge-table.ts';

/** What is put into the function, and what into the store. Throws one error that names every fault. */
export function compileTable({ services, keyPrefix, failoverStatusCodes }: EdgeTable): CompiledTable {
  const faults = [...services.flatMap(faultsOf), ...codeFaults(failoverStatusCodes)];
  const looksUp = new Set(services.map(({ service }) => service)).size > 1;
  if (looksUp) {
    for (const { service, hosts = [] } of services) {
      if (hosts.length === 0) faults.push(`${service}.hosts: must be given where there are several services`);
    }
  }
  const compiled = services.map((each) => ({ hosts: looksUp ? hostsOf(each) : [''], service: compileService(each) }));
  const owners = new Map<string, string>();
  for (const { hosts, service } of compiled) {
    for (const host of hosts) {
      const place = `${host}${service[0]}`;
      const owner = owners.get(place);
      if (owner !== undefined) faults.push(`services: ${owner} and ${service[1]} match the same requests`);
      owners.set(place, service[1]);
    }
  }
  if (faults.length > 0) throw new Error(`edge table:\n  ${faults.join('\n  ')}`);
  const pages = looksUp ? pagesOf(compiled, keyPrefix) : [];
  refuseTooMany(pages, new Set(compiled.map(({ service }) => service[1])));
  return {
    inFunction: looksUp ? [0] : [0, ...inMatchingOrder(compiled.map(({ service }) => service))],
    keyPrefix: looksUp ? keyPrefix : null,
    pages,
    failoverStatusCodes,
    sites: services.some(({ indexDocument }) => indexDocument !== undefined),
    viewer: services.some(({ tellsViewer }) => tellsViewer === true),
  };
}

/** As it is deployed: pages of few services stand in the function, which then asks nobody whose a request is. */
export function deployedTable(table: EdgeTable): CompiledTable {
  const compiled = compileTable(table);
  const isSmall = compiled.pages.length > 0 && bytesOf(compiled.pages) <= IN_FUNCTION_BYTES_MAX;
  return isSmall ? withPagesInFunction(compiled) : compiled;
}

/** Some four services. Our own bound: whatever grows with a fleet is in the store, and the function stays near 4 KB. */
const IN_FUNCTION_BYTES_MAX = 512;

export const withPagesInFunction = ({ pages, ...compiled }: CompiledTable): CompiledTable => ({
  ...compiled,
  pages: [],
  pagesInFunction: Object.fromEntries(pages.map(({ key, value }) => [key, JSON.parse(value) as Page])),
});

const bytesOf = (pages: readonly StoredPage[]): number =>
  pages.reduce((sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);

/** The pages beside the routing of every service, each as long as a value may be. */
function refuseTooMany(pages: readonly StoredPage[], services: ReadonlySet<string>): void {
  const ofPages = bytesOf(pages);
  const ofRouting = [...services, OVERRIDE_KEY].reduce((sum, key) => sum + Buffer.byteLength(key) + VALUE_BYTES_MAX, 0);
  if (ofPages + ofRouting > STORE_BYTES_MAX) {
    throw new Error(
      `services[].lever: ${services.size} services that move by kvs may need ${ofPages + ofRouting} bytes of their KeyValueStore, and CloudFront takes ${STORE_BYTES_MAX}: deploy some of them under another name, as a second configuration with a store of its own`,
    );
  }
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores */
export const STORE_BYTES_MAX = 5 * 1024 * 1024;

function faultsOf({ service, pathPrefix, indexDocument, regions, defaultRegion }: EdgeService): string[] {
  const faults: string[] = [];
  const names = regions.map(({ region }) => region);
  if (!names.includes(defaultRegion))
    faults.push(`${service}.defaultRegion: ${defaultRegion} is not one of its regions`);
  if (new Set(names).size < names.length) faults.push(`${service}.regions: a region stands there twice`);
  if (new Set(regions.map(({ originId }) => originId)).size < names.length) {
    faults.push(`${service}.regions: two regions share an origin`);
  }
  if (indexDocument !== undefined && !indexDocument.startsWith('/'))
    faults.push(`${service}.indexDocument: must begin with /`);
  if (pathPrefix !== undefined && !pathPrefix.startsWith('/')) faults.push(`${service}.pathPrefix: must begin with /`);
  return faults;
}

function codeFaults(failoverStatusCodes: readonly number[]): string[] {
  return [
    ...failoverStatusCodes
      .filter((code) => !FAILOVER_STATUS_CODES.has(code))
      .map((code) => `failoverStatusCodes: CloudFront does not take ${code}`),
    // A refused connection counts as 503 and a timeout as 504, and only where they are listed.
    ...[503, 504]
      .filter((code) => !failoverStatusCodes.includes(code))
      .map((code) => `failoverStatusCodes: must list ${code}`),
  ];
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_STATUS_CODES = new Set([400, 403, 404, 416, 429, 500, 502, 503, 504]);

const hostsOf = ({ hosts = [] }: EdgeService): readonly string[] => [
  ...new Set(hosts.map((host) => host.toLowerCase())),
];

function compileService(service: EdgeService): CompiledService {
  const isDefault = ({ region }: EdgeRegion) => region === service.defaultRegion;
  const regions = [...service.regions.filter(isDefault), ...service.regions.filter((region) => !isDefault(region))];
  const { service: name, pathPrefix = '', tellsViewer = false, indexDocument } = service;
  const always = [
    `${pathPrefix}/`.replace(/\/+$/, '/'),
    serviceKey(name),
    regions.map(({ region }) => region),
    regions.map(({ originId }) => originId),
  ] as const;
  if (indexDocument !== undefined) return [...always, tellsViewer ? 1 : 0, indexDocument];
  return tellsViewer ? [...always, 1] : always;
}
