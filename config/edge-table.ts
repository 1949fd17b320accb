import { type Failover, homeRegion } from '../core/service.ts';
import type { EdgeTable } from '../deployment/edge-table.ts';
import { viewerHeader } from '../deployment/viewer-header.ts';
import { failoverStatusCodes, siteOriginId, type Topology } from './topology.ts';

/**
 * What is put into the edge function: every service that moves by a KeyValueStore, told apart by host and path. A static
 * site follows the routing of the API that it belongs to.
 */
export function edgeTable({ services }: Failover, topology?: Topology): EdgeTable {
  const steered = services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, lever: service.lever }] : [],
  );
  return {
    services: steered.flatMap(({ service, lever }) => {
      const { hostname, pathname } = new URL(service.frontDoor.url);
      const regionsAt = (originId: (id: string) => string) =>
        service.regions.map(({ region }) => ({ region, originId: originId(lever.origins[region] ?? region) }));
      const common = { service: service.name, defaultRegion: homeRegion(service), failoverStatusCodes };
      const api = {
        ...common,
        // One service has the distribution to itself, whatever name it is reached by.
        ...(steered.length === 1 ? {} : { host: hostname.toLowerCase() }),
        ...(pathname === '/' ? {} : { pathPrefix: pathname }),
        ...(isKeyedByViewer(service.name, topology) ? { tellsViewer: true } : {}),
        regions: regionsAt((id) => id),
      };
      if (topology?.applications[service.name]?.site === undefined) return [api];
      return [api, { ...common, indexDocument: '/index.html', regions: regionsAt(siteOriginId) }];
    }),
  };
}

const isKeyedByViewer = (service: string, topology: Topology | undefined): boolean =>
  topology?.behaviours.some((each) => each.service === service && each.cache?.headers.includes(viewerHeader)) ?? false;
