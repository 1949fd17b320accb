import type { Failover } from '../core/service.ts';
import type { Distribution } from './distribution.ts';
import type { Regions } from './regions.ts';

/**
 * Where the sandbox serves callers, as `address:port`: regions, edge locations, the control target, and the name server that
 * leads to them. AWS is not among them: who looks from outside has nothing to do there.
 */
export function servedAddresses(
  { services, controlTarget }: Failover,
  regions: Pick<Regions, 'addresses' | 'sharedPort' | 'urls'>,
  distribution: Pick<Distribution, 'edges'> | null,
  nameServer: string,
): readonly string[] {
  const urls = [
    ...Object.values(regions.urls),
    ...Object.values(distribution?.edges ?? {}),
    // Some have an edge location of their own.
    ...services.flatMap((service) => service.regions.map(({ endpoint }) => endpoint)),
    controlTarget.url,
  ];
  return [
    ...new Set([
      ...urls.map((url) => new URL(url).host),
      ...Object.values(regions.addresses).map((address) => `${address}:${regions.sharedPort}`),
      nameServer,
    ]),
  ];
}
