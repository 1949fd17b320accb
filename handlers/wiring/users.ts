import { cloudWatchUsers } from '../adapters/user-alarms.cloudwatch.ts';
import type { UserAlarms } from '../ports.ts';
import type { Wiring } from '../wiring.ts';
import { cloudWatchIn } from './cloudwatch.ts';

export function users({ log }: Wiring): UserAlarms {
  return cloudWatchUsers({ clientIn: cloudWatchIn, log });
}
