import type { DrillAlarm, DrillAlarmReading } from '../../../core/drill-plan.ts';
import type { DrillAlarms } from '../../../handlers/ports.ts';

/** Alarms of plans by name; all are well that nobody set. */
export class MemoryDrillAlarms implements DrillAlarms {
  readonly states = new Map<string, DrillAlarmReading['state']>();

  read = async (alarms: readonly DrillAlarm[]): Promise<readonly DrillAlarmReading[]> =>
    alarms.map((alarm) => ({ ...alarm, state: this.states.get(alarm.name) ?? 'OK' }));
}
