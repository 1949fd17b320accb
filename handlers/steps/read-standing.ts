import type { Instant } from '../../core/brand.ts';
import type { Standing } from '../../core/readiness.ts';
import type { Service } from '../../core/service.ts';
import { isCurrent, type Sighting, sightingOf } from '../../core/sighting.ts';
import type { Ports } from '../ports.ts';
import { readAlarms, readUsers } from './read-alarms.ts';
import { readRouting } from './read-routing.ts';

export interface StandingRead {
  readonly standing: Required<Standing>;
  /** What the lever said, now or when it was asked last. */
  readonly sighting: Sighting;
}

/**
 * How a service is between incidents. The lever is asked where what it said before may be true no longer. Rejects where ledger or alarms
 * cannot be read.
 */
export async function readStanding(
  service: Service,
  before: Sighting | undefined,
  ports: Pick<Ports, 'wait' | 'log' | 'ledger' | 'levers' | 'alarms' | 'users'>,
  now: Instant,
): Promise<StandingRead> {
  const record = await ports.ledger.read(service.name);
  const [alarms, users] = await Promise.all([readAlarms(service, ports), readUsers(service, ports)]);
  const sighting = isCurrent(before, record, alarms, service, now)
    ? before
    : sightingOf(await readRouting(service, ports), record, now);
  return { standing: { record, routing: sighting.routing, alarms, users }, sighting };
}
