import { alarmsClient } from '../adapters/alarms.cloudwatch.ts';
import { byRegion } from '../adapters/client-by-region.ts';
import { cloudWatchDrillAlarms } from '../adapters/drill-alarms.cloudwatch.ts';
import type { DrillAlarms } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export function drillAlarms({ log }: Wiring): DrillAlarms {
  return cloudWatchDrillAlarms({ clientIn: byRegion(alarmsClient), log });
}
