import { startEvacuationArn } from '../../deployment/names.ts';
import { statesClient, statesStarter } from '../adapters/starter.states.ts';
import type { Evacuations } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

/** Of this control region. */
export function evacuations({ failover, region }: Wiring): Evacuations {
  const starter = statesStarter(statesClient(region), startEvacuationArn(failover, region));
  return { start: (name, input) => starter.start('the fleet', input, name) };
}
