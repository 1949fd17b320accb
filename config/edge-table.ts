import { type Failover, frontHosts, homeRegion } from '../core/service.ts';
import type { EdgeTable } from '../deployment/edge-table.ts';
import { edgeKeyPrefix } from '../deployment/names.ts';
import { viewerHeader } from '../deployment/viewer-header.ts';
import { failoverStatusCodes, siteOriginId, type Topology } from './topology.ts';

/**
 * What the edge has to know: every service that moves by a KeyValueStore, told apart by host and path. A static
 * site follows the routing of the API that it belongs to.
 */
export function edgeTable(failover: Failover, topology?: Topology): EdgeTable {
  const steered = failover.services.flatMap((service) =>
    service.lever.kind === 'kvs' ? [{ service, lever: service.lever }] : [],
  );
  return {
    keyPrefix: edgeKeyPrefix(failover),
    failoverStatusCodes,
    services: steered.flatMap(({ service, lever }) => {
      const { pathname } = new URL(service.frontDoor.url);
      const regionsAt = (originId: (id: string) => string) =>
        service.regions.map(({ region }) => ({ region, originId: originId(lever.origins[region] ?? region) }));
      const common = {
        service: service.name,
        defaultRegion: homeRegion(service),
        // One service has the distribution to itself, whatever name it is reached by.
        ...(steered.length === 1 ? {} : { hosts: frontHosts(service) }),
      };
      const api = {
        ...common,
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
