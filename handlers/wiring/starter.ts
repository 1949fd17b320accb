import { startArn } from '../../deployment/names.ts';
import { nearestStarterOf } from '../adapters/starter.nearest.ts';
import { statesClient, statesStarter } from '../adapters/starter.states.ts';
import type { Starter } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

export function starter({ failover, region }: Wiring): Starter {
  return statesStarter(statesClient(region), startArn(failover, region));
}

/** For a function of an observer: the machine of its own region where there is one, else any. */
export function nearestStarter({ failover, region }: Wiring): Starter {
  const regions = failover.controlRegions.toSorted((a, b) => Number(b === region) - Number(a === region));
  return nearestStarterOf(regions.map((control) => statesStarter(statesClient(control), startArn(failover, control))));
}
