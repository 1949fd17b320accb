import { alarmsClient } from '../adapters/alarms.cloudwatch.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import { cloudWatchUsers } from '../adapters/user-alarms.cloudwatch.ts';
import type { UserAlarms } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export function users({ log }: Wiring): UserAlarms {
  return cloudWatchUsers({ clientIn: byRegion(alarmsClient), log });
}
