import { startArn } from '../../deployment/names.ts';
import { statesRuns } from '../adapters/runs.states.ts';
import { statesClient } from '../adapters/starter.states.ts';
import type { Runs } from '../ports.ts';
import type { Wiring } from '../wiring.ts';

/** Of the failover machine of this control region. */
export const runs = ({ failover, region }: Wiring): Runs =>
  statesRuns(statesClient(region), startArn(failover, region));
