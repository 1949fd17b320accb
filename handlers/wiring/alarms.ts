import { cloudWatchAlarms } from '../adapters/alarms.cloudwatch.ts';
import type { Alarms } from '../ports.ts';
import type { Wiring } from '../wiring.ts';
import { cloudWatchIn } from './cloudwatch.ts';

export function alarms({ failover, log }: Wiring): Alarms {
  return cloudWatchAlarms({ failover, clientIn: cloudWatchIn, log });
}
