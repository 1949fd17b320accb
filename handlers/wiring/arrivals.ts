import { alarmsClient } from '../adapters/alarms.cloudwatch.ts';
import { cloudWatchArrivals } from '../adapters/arrivals.cloudwatch.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import type { ArrivalCounts } from '../ports.ts';

export function arrivals(): ArrivalCounts {
  return cloudWatchArrivals(byRegion(alarmsClient));
}
