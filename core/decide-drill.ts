import type { Spell } from './brown-out.ts';
import type { Diagnosis } from './diagnosis.ts';
import { alarmsAgainst, type DrillAlarmReading } from './drill-plan.ts';
import { type Drill, type DrillOrder, isReturn } from './drill-record.ts';
import type { Freeze } from './freeze.ts';
import type { Incident } from './incident.ts';
import type { LeverTraits } from './lever.ts';
import { atOnce, type Plan, type PlanStep, planSteps } from './plan.ts';
import type { LedgerRecord } from './record.ts';
import { type Routing, sameWeights, type Weights, weightsText } from './routing.ts';
import type { Service } from './service.ts';
import { isOpen } from './trouble.ts';
import type { Objection } from './verdict.ts';

/** What is led back must still be as the drill has written it: what a person did, automation does not undo. Null where it is. */
export function returnLimit(
  service: Pick<Service, 'lever'>,
  { drill: order, epoch: own }: Pick<Incident, 'drill' | 'epoch'>,
  { drill }: LedgerRecord,
  { weights, epoch }: Routing,
): Objection | null {
  // In the middle of its own ramp it reads what it has written itself.
  if (order?.kind !== 'return' || epoch === own) return null;
  if (drill?.incident !== order.of) {
    return {
      reason: 'drill-moved',
      because: `the ledger knows the drill ${order.of} no longer`,
      wouldChange: 'a move by hand, where the traffic is not where it should be',
    };
  }
  if (sameWeights(weights, drill.weights)) return null;
  if (isUnread(service, drill, weights)) return null;
  if (sameWeights(weights, drill.prior)) {
    return {
      reason: 'already-there',
      because: `the lever says ${weightsText(weights)}, as before the drill ${order.of}`,
      wouldChange: 'nothing: the drill is over',
    };
  }
  return {
    reason: 'drill-moved',
    because: `the drill ${order.of} wrote ${weightsText(drill.weights)}, and the lever says ${weightsText(weights)}: somebody has moved it since`,
    wouldChange: 'a move by hand, where the traffic is not where it should be',
  };
}

/**
 * What the lever says may be older than a write of the drill that nobody proved: a beacon's is read minutes later. Then the way back is
 * written, under the newer epoch, and proven. Routing controls have no epoch, and say at once what they are.
 */
const isUnread = ({ lever }: Pick<Service, 'lever'>, drill: Drill, weights: Weights): boolean =>
  lever.kind !== 'arc' && drill.outMs === null && sameWeights(weights, drill.prior);

/** Of such a return: it leaves a region that carries nothing, as far as the lever tells. */
export const isBlindReturn = (
  service: Pick<Service, 'lever'>,
  incident: Pick<Incident, 'drill'>,
  { drill }: LedgerRecord,
  { weights }: Routing,
): boolean => isReturn(incident) && drill !== null && isUnread(service, drill, weights);

/** A drill is no way out of trouble, and adds none to it. Null where it may begin. */
export function drillLimit(
  { drill: order }: Pick<Incident, 'drill'>,
  { name, source }: Diagnosis,
  spell: Spell,
  { trouble, drill }: LedgerRecord,
  practice: readonly DrillAlarmReading[] = [],
  freezes: readonly Freeze[] = [],
): Objection | null {
  // In the middle of its own ramp the rest of it is asked about by the rule of every move.
  if (order?.kind !== 'out' || drill !== null) return null;
  const wrong =
    name !== 'healthy' || source.state !== 'good'
      ? `what is seen is ${name}`
      : spell.suspicious
        ? 'the region that serves failed some of its probes of late'
        : isOpen(trouble)
          ? `people were told of ${trouble.id}, which is not over`
          : null;
  if (wrong !== null) {
    return {
      reason: 'not-well',
      because: `no drill is begun: ${wrong}`,
      wouldChange: 'a service that is well everywhere',
    };
  }
  // A person who practises by hand knows of it; a schedule does not.
  const [freeze] = order.plan === undefined ? [] : freezes;
  if (freeze !== undefined) {
    return {
      reason: 'target-frozen',
      because: `no planned drill is begun in a change freeze, by ${freeze.by}: ${freeze.reason}`,
      wouldChange: 'the end of the freeze',
    };
  }
  const against = alarmsAgainst(practice);
  if (against === null) return null;
  return {
    reason: 'drill-alarms',
    because: `no drill is begun: ${against}`,
    wouldChange: 'alarms of the plan that are well',
  };
}

/** Out by as much as was asked for; back to exactly what was there before. */
export function drillSteps(
  order: DrillOrder,
  { drill }: LedgerRecord,
  { weights }: Routing,
  { from, to, flees }: Pick<Plan, 'from' | 'to' | 'flees'>,
  { policy }: Pick<Service, 'policy'>,
  lever: Pick<LeverTraits, 'weights'>,
): readonly PlanStep[] {
  if (order.kind === 'out') {
    const ramp = order.percent === 100 ? policy.ramp : { percents: [order.percent], bakeMs: 0 };
    return planSteps(weights, from, to, ramp, lever);
  }
  const isWhole = drill?.percent === 100 && flees !== true;
  const steps = planSteps(weights, from, to, isWhole ? policy.ramp : atOnce, lever);
  const prior = drill?.prior ?? weights;
  return sameWeights(steps.at(-1)?.weights ?? {}, prior) ? steps : [{ percent: 100, weights: prior, bakeMs: 0 }];
}
