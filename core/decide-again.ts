import type { Instant, Region } from './brand.ts';
import { decide } from './decide.ts';
import { truthful } from './detection.ts';
import type { Evidence } from './evidence.ts';
import type { Incident } from './incident.ts';
import type { LeverTraits } from './lever.ts';
import type { Plan } from './plan.ts';
import type { Service } from './service.ts';
import type { Verdict } from './verdict.ts';

/**
 * Whether the rest of a plan would still be begun: `decide` about the same way, with what is seen now. The answer of a move is the plan
 * that is under way, because its prior state is where the way back leads. A hold is final: the next look of a run that stands in the
 * middle of a ramp is at the way back. The flag of a detection drill counts for nothing here: such a drill moves at once, and breaks off
 * nobody's ramp.
 */
export function decideAgain(
  service: Service,
  incident: Incident,
  plan: Plan,
  evidence: Evidence,
  observers: readonly Region[],
  lever: Pick<LeverTraits, 'weights'>,
  now: Instant,
): Verdict {
  const way = { ...incident, from: plan.from, to: plan.to };
  const verdict = decide(service, way, truthful(evidence), observers, lever, now);
  return verdict.kind === 'move' ? { ...verdict, plan } : { ...verdict, recheckAfterMs: null };
}
