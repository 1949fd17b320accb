import type { Topology } from '../config/topology.ts';
import { type Failover, homeRegion } from '../core/service.ts';
import type { EdgeTable } from '../handlers/edge/table.ts';

/**
 * Answers after which a read is tried at the second region. 403 and 404 are answers, not outages; 429 is none that
 * CloudFront takes. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
const failoverStatusCodes = [500, 502, 503, 504];

/** What is compiled into the edge function: every service that moves by a KeyValueStore, told apart by host and path. */
export function edgeTable({ services }: Failover, _topology?: Topology): EdgeTable {
  const steered = services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, lever: service.lever }] : [],
  );
  return {
    services: steered.map(({ service, lever }) => {
      const { hostname, pathname } = new URL(service.frontDoor.url);
      return {
        service: service.name,
        // One service has the distribution to itself, whatever name it is reached by.
        ...(steered.length === 1 ? {} : { host: hostname.toLowerCase() }),
        ...(pathname === '/' ? {} : { pathPrefix: pathname }),
        regions: service.regions.map(({ region }) => ({ region, originId: lever.origins[region] ?? region })),
        defaultRegion: homeRegion(service),
        failoverStatusCodes,
      };
    }),
  };
}
