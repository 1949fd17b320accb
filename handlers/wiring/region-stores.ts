import { regionStoresOf } from '../adapters/region-stores.kvs.ts';
import type { RegionStore } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

/** Every KeyValueStore of the configuration. */
export const regionStores = ({ failover, region }: Wiring): readonly RegionStore[] =>
  regionStoresOf(failover.services, region);
