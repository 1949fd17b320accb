import { byRegion } from '../adapters/client-by-region.ts';
import { statesExecutions } from '../adapters/executions.states.ts';
import { statesClient } from '../adapters/starter.states.ts';
import type { Executions } from '../ports.ts';

/** Wherever a run is. Asked by who waits for a lease, so for a moment only. */
export function executions(): Executions {
  return statesExecutions({ clientIn: byRegion((region) => statesClient(region, { answerMs: 1_500, attempts: 1 })) });
}
