import { alarmsClient, cloudWatchAlarms } from '../adapters/alarms.cloudwatch.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import type { Alarms } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export function alarms({ failover, log }: Wiring): Alarms {
  return cloudWatchAlarms({ failover, clientIn: byRegion(alarmsClient), log });
}
