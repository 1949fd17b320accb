import { alarmsClient } from '../adapters/alarms.cloudwatch.ts';
import { byRegion } from '../adapters/client-by-region.ts';

/** CloudWatch of a region, for whatever a function reads there: all of that goes over the same connections. */
export const cloudWatchIn = byRegion(alarmsClient);
