import type { AlarmReading } from '../../core/evidence.ts';
import type { Service } from '../../core/service.ts';
import type { UserReading } from '../../core/users.ts';
import type { Ports } from '../ports.ts';
import { sentence } from './sentence.ts';
import { within } from './within.ts';

/** Rejects where they cannot be read. */
export const readAlarms = (
  service: Service,
  { alarms, wait }: Pick<Ports, 'alarms' | 'wait'>,
): Promise<readonly AlarmReading[]> => within(alarmsMs, 'the alarms', wait, () => alarms.read(service));

/** What users see is never waited for longer, and without it probes alone are the evidence. */
export async function readUsers(
  service: Service,
  { users, wait, log }: Pick<Ports, 'users' | 'wait' | 'log'>,
): Promise<readonly UserReading[]> {
  try {
    return await within(alarmsMs, 'the alarms on what users see', wait, () => users.read(service));
  } catch (error) {
    log.warn('alarms on what users see could not be read', { service: service.name, because: sentence(error) });
    return [];
  }
}

const alarmsMs = 8_000;
