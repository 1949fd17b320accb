import type { Service } from '../../../core/service.ts';
import type { UserReading } from '../../../core/users.ts';
import type { UserAlarms } from '../../../handlers/ports.ts';

export class MemoryUsers implements UserAlarms {
  /** By service. */
  readonly readings = new Map<string, readonly UserReading[]>();

  readonly read = async ({ name }: Service): Promise<readonly UserReading[]> => this.readings.get(name) ?? [];
}
