import { cloudWatchArrivals } from '../adapters/arrivals.cloudwatch.ts';
import type { ArrivalCounts } from '../ports.ts';
import { cloudWatchIn } from './cloudwatch.ts';

export function arrivals(): ArrivalCounts {
  return cloudWatchArrivals(cloudWatchIn);
}
