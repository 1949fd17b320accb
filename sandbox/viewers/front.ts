import type { Service } from '../../core/service.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Front } from './viewers.ts';

/** Where the callers of a service go in a sandbox. */
export function frontOf(
  { addresses, failover }: Pick<Sandbox, 'addresses' | 'failover'>,
  service: Pick<Service, 'name'>,
): Front {
  const deployed = failover.services.find(({ name }) => name === service.name);
  const url = deployed?.frontDoor.url ?? addresses.edge;
  const [resolver] = deployed?.frontDoor.resolvers ?? [];
  if (resolver === undefined) return { kind: 'edge', url };
  const { hostname, port, pathname } = new URL(url);
  return { kind: 'dns', name: hostname, resolver, port: Number(port), path: pathname };
}
