import { setTimeout as wait } from 'node:timers/promises';
import type { Region } from '../../core/brand.ts';
import { type KvsLeverConfig, knownStore } from '../../core/lever.ts';
import type { Service } from '../../core/service.ts';
import type { RegionStore } from '../ports.ts';
import { credentialsOf } from './assumed-role.ts';
import { kvsClient, kvsStore } from './kvs-store.ts';
import { limitRegion } from './region-limit.kvs.ts';

/** Every KeyValueStore of the services, for a caller in `region`. */
export function regionStoresOf(services: readonly Service[], region: Region): readonly RegionStore[] {
  const byStore = new Map<string, { readonly lever: KvsLeverConfig; readonly services: Service[] }>();
  for (const service of services) {
    const { lever } = service;
    if (lever.kind !== 'kvs') continue;
    const storeArn = knownStore(lever);
    const known = byStore.get(storeArn) ?? { lever, services: [] };
    known.services.push(service);
    byStore.set(storeArn, known);
  }
  return [...byStore].map(([storeArn, { lever, services: held }]) => {
    const store = kvsStore(
      kvsClient(region, { endpoint: lever.endpoint, credentials: credentialsOf(lever.assume, region) }),
      storeArn,
    );
    return { services: held, limit: (limit) => limitRegion(store, { ...limit, services: held }, wait) };
  });
}
