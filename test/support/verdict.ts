import { decide } from '../../core/decide.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import type { Service } from '../../core/service.ts';
import type { Verdict } from '../../core/verdict.ts';
import { incidentOf, observers, orders, t0, withPolicy } from './world.ts';

/** Waits for no dwell. */
export const hasty = withPolicy(orders, { dwellMs: 0 });

export function verdictOn(
  evidence: Evidence,
  incident: Partial<Incident> = {},
  service: Service = hasty,
  now = t0,
): Verdict {
  return decide(service, incidentOf(incident), evidence, observers, { weights: true }, now);
}
