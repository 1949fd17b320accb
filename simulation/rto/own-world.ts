import type { Region } from '../../core/brand.ts';
import type { LeverConfig } from '../../core/lever.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { failoverOf } from '../failover.ts';

/**
 * A configuration as a simulated world can have it: one of its services, with its policy, regions, observers and periods. What answers say,
 * and the literals of levers that are not known yet, are made up, because they change no time.
 */
export function ownWorld(failover: Failover, service: Service): Failover {
  const { healthy, writeProbe } = service;
  const played: Service = {
    ...service,
    regions: service.regions.map(({ region }) => ({ region, endpoint: `https://${region}.example.com` })),
    frontDoor: { url: 'https://front.example.com' } as Service['frontDoor'],
    healthy: {
      ...healthy,
      method: 'GET',
      contentType: json,
      body: {},
      text: undefined,
      servedBy: { field: 'region' },
    },
    ...(writeProbe !== undefined && {
      writeProbe: { ...writeProbe, contentType: json, body: {}, text: undefined },
    }),
    access: undefined,
    lever: known(service.lever, regionNames(service)),
  };
  return { ...failover, services: [played] };
}

const json = 'application/json';

/** The cluster of the simulation's own example where the deployment makes it. */
function known(lever: LeverConfig, regions: readonly Region[]): LeverConfig {
  if (lever.kind !== 'arc' || lever.endpoints.length > 0) return lever;
  const [example] = failoverOf({ ...plan, lever: 'arc' }).services;
  if (example?.lever.kind !== 'arc') throw new Error('the example has no routing controls');
  const [arn = ''] = Object.values(example.lever.controls);
  const controls = regions.map((region, index) => [region, arn.replace(/.{2}$/, `${index}`.padStart(2, '0'))] as const);
  return { ...lever, endpoints: example.lever.endpoints, controls: Object.fromEntries(controls) };
}

const plan = { name: 'own', seed: 0, regions: 2, policy: {}, hooks: [], items: [], forMs: 0 } as const;
