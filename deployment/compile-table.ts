import { serviceKey } from '../core/routing-value.ts';
import type { CompiledService, CompiledTable, EdgeRegion, EdgeService, EdgeTable } from './edge-table.ts';

/** The table in matching order. Throws one error that names every fault. */
export function compileTable({ services }: EdgeTable): CompiledTable {
  const faults = services.flatMap(faultsOf);
  const compiled = services.map(compileService).sort(moreSpecificFirst);
  for (const [index, service] of compiled.entries()) {
    const twin = compiled
      .slice(index + 1)
      .find(({ host, prefix }) => host === service.host && prefix === service.prefix);
    if (twin !== undefined) faults.push(`services: ${service.key} and ${twin.key} match the same requests`);
  }
  if (faults.length > 0) throw new Error(`edge table:\n  ${faults.join('\n  ')}`);
  return compiled;
}

function faultsOf({
  service,
  pathPrefix,
  indexDocument,
  regions,
  defaultRegion,
  failoverStatusCodes,
}: EdgeService): string[] {
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
  for (const code of failoverStatusCodes) {
    if (!FAILOVER_STATUS_CODES.has(code))
      faults.push(`${service}.failoverStatusCodes: CloudFront does not take ${code}`);
  }
  // A refused connection counts as 503 and a timeout as 504, and only where they are listed.
  for (const code of [503, 504]) {
    if (!failoverStatusCodes.includes(code)) faults.push(`${service}.failoverStatusCodes: must list ${code}`);
  }
  return faults;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_STATUS_CODES = new Set([400, 403, 404, 416, 429, 500, 502, 503, 504]);

function compileService(service: EdgeService): CompiledService {
  const isDefault = ({ region }: EdgeRegion) => region === service.defaultRegion;
  const regions = [...service.regions.filter(isDefault), ...service.regions.filter((region) => !isDefault(region))];
  return {
    host: service.host?.toLowerCase() ?? '',
    prefix: `${service.pathPrefix ?? ''}/`.replace(/\/+$/, '/'),
    key: serviceKey(service.service),
    ...(service.tellsViewer === true ? { tellsViewer: true } : {}),
    ...(service.indexDocument === undefined ? {} : { indexDocument: service.indexDocument }),
    regions: regions.map(({ region }) => region),
    origins: regions.map(({ originId }) => ({ originId })),
    failover: { statusCodes: service.failoverStatusCodes },
  };
}

function moreSpecificFirst(a: CompiledService, b: CompiledService): number {
  const byHost = Number(b.host !== '') - Number(a.host !== '');
  if (byHost !== 0) return byHost;
  return b.prefix.length - a.prefix.length || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
