import { join } from 'node:path';
import { canaryName, watchedTargets } from '../config/names.ts';
import { probeUrl } from '../core/probe-url.ts';
import { type Failover, regionNames, type Service } from '../core/service.ts';
import type { Canary } from './canaries/canaries.ts';

const periodMs = 60_000;

/** A canary in every observer region for every regional API and every front door. */
export function serviceCanaries(failover: Failover, dist: string): Canary[] {
  return failover.observers.flatMap((observer) =>
    watchedTargets(failover).map(({ service, region }) => ({
      name: canaryName(service.name, region),
      observer,
      bundle: join(dist, 'synthetics', region === null ? 'front-door' : 'regional-api', 'index.mjs'),
      env: {
        UNDERSTUDY_CANARY: JSON.stringify(region === null ? frontDoorConfig(service) : regionalConfig(service, region)),
      },
      periodMs,
      // May outlast a scaled period: runs overlap, each has a function of its own.
      timeoutMs: 15_000,
    })),
  );
}

function regionalConfig(service: Service, region: string) {
  const endpoint = service.regions.find((candidate) => candidate.region === region)?.endpoint ?? '';
  return { url: probeUrl(endpoint, service.healthy.path), healthy: service.healthy, expectedRegion: region };
}

function frontDoorConfig(service: Service) {
  const { frontDoor, healthy } = service;
  return {
    url: probeUrl(frontDoor.url, healthy.path),
    healthy,
    resolvers: frontDoor.resolvers,
    regions: regionNames(service),
  };
}
