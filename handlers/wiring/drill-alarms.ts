import { cloudWatchDrillAlarms } from '../adapters/drill-alarms.cloudwatch.ts';
import type { DrillAlarms } from '../ports.ts';
import type { Wiring } from '../wiring.ts';
import { cloudWatchIn } from './cloudwatch.ts';

export function drillAlarms({ log }: Wiring): DrillAlarms {
  return cloudWatchDrillAlarms({ clientIn: cloudWatchIn, log });
}
