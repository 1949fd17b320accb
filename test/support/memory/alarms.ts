import type { AlarmReading } from '../../../core/evidence.ts';
import type { Service } from '../../../core/service.ts';
import type { Alarms } from '../../../handlers/ports.ts';

export class MemoryAlarms implements Alarms {
  /** By service. */
  readonly readings = new Map<string, readonly AlarmReading[]>();

  async read({ name }: Service): Promise<readonly AlarmReading[]> {
    return this.readings.get(name) ?? [];
  }
}
