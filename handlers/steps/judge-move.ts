import type { Instant, Region } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { assessTarget, type HealthRules, type TargetHealth, writesText } from '../../core/health.ts';
import type { Incident } from '../../core/incident.ts';
import type { LedgerOutcome } from '../../core/ledger-command.ts';
import type { Observation } from '../../core/observation.ts';
import type { PlanStep } from '../../core/plan.ts';
import { unproven } from '../../core/proof.ts';
import { sameWeights, shareOf, type Weights, weightsText } from '../../core/routing.ts';

/** What one look at a move says. */
export interface Look {
  readonly kind: 'good' | 'not-yet' | 'failed';
  readonly because: string;
  /** Of a good look: who did not see it. */
  readonly unproven?: readonly Region[];
}

function judgeTarget(observations: readonly Observation[], to: Region, rules: HealthRules, now: Instant): Look {
  const target = assessTarget({ observations, alarms: [], earlier: [] }, { kind: 'regional', region: to }, rules, now);
  if (target.state === 'bad') return { kind: 'failed', because: `${to} is ${textOf(target)}` };
  return { kind: target.state === 'good' ? 'good' : 'not-yet', because: `${to} is ${textOf(target)}` };
}

/** A proof that does not work must be known before it is needed. */
export function judgeRehearsal(
  observations: readonly Observation[],
  to: Region,
  edges: TargetHealth | null,
  rules: HealthRules,
  now: Instant,
): Look {
  const target = judgeTarget(observations, to, rules, now);
  if (target.kind !== 'good' || edges === null) return target;
  const because = `${target.because}; edges say what stands: ${textOf(edges)}`;
  return edges.state === 'good'
    ? { kind: 'good', because, unproven: unproven(edges) }
    : { kind: 'not-yet', because: `the edges do not say what stands: ${textOf(edges)}` };
}

export interface Moved {
  readonly observations: readonly Observation[];
  readonly routing: RoutingReading;
  /** Null where the ledger did not answer: that says nothing about the move. */
  readonly lease: LedgerOutcome | null;
  readonly incident: Incident;
  readonly stage: PlanStep;
  readonly from: Region;
  readonly to: Region;
  /** Whether the edges have what was written; null where no edge steers. */
  readonly edges: TargetHealth | null;
  readonly rules: HealthRules;
  readonly now: Instant;
}

export function judgeMove({ observations, routing, lease, incident, stage, from, to, edges, rules, now }: Moved): Look {
  if (lease?.kind === 'refused') return { kind: 'failed', because: lease.because };
  const target = judgeTarget(observations, to, rules, now);
  if (target.kind === 'failed') return target;
  const lever = judgeLever(routing, incident, stage);
  if (lever.kind === 'failed') return lever;

  const alone = isAlone(stage.weights, to);
  const through = alone ? observations.map((observation) => answeredBy(to, observation)) : observations;
  const frontDoor = assessTarget(
    { observations: through, alarms: [], earlier: [] },
    { kind: 'front-door' },
    rules,
    now,
  );
  const atEdges = edges === null ? '' : `; the edges have it ${textOf(edges)}`;
  const because = `through the front door${alone ? `, by ${to},` : ''} ${textOf(frontDoor)}${atEdges}`;
  if (edges !== null && edges.state !== 'good') return { kind: 'not-yet', because };
  if (frontDoor.state !== 'good' && (alone || !isBad(observations, from, rules, now)))
    return { kind: 'not-yet', because };
  // Traffic that arrives proves more than what the lever says; where it is shared, it proves less.
  const missing = unproven(...(alone ? [frontDoor] : []), ...(edges === null ? [] : [edges]));
  if (alone)
    return routing.kind === 'read' && lever.kind !== 'good' ? lever : { kind: 'good', because, unproven: missing };
  if (lever.kind !== 'good') return lever;
  if (target.kind !== 'good') return target;
  const arrived = observations.some(
    ({ target, outcome }) => target.kind === 'front-door' && outcome.kind === 'good' && outcome.servedBy === to,
  );
  if (!arrived && isExpected(shareOf(stage.weights, to), rules.observers.length - frontDoor.abstained.length)) {
    return { kind: 'not-yet', because: `no answer through the front door came from ${to}` };
  }
  return { kind: 'good', because: `${because}; ${target.because}`, unproven: missing };
}

export const isAlone = (weights: Weights, to: Region) =>
  Object.entries(weights).every(([name, weight]) => weight <= 0 || name === to);

/**
 * On the way out of a region that is bad, callers who are still there get bad answers through the front door. That is the
 * reason to go on, not to go back: what counts then is the target itself, and that its share arrives.
 */
export function isBad(observations: readonly Observation[], from: Region, rules: HealthRules, now: Instant): boolean {
  const seen = { observations, alarms: [], earlier: [] };
  return assessTarget(seen, { kind: 'regional', region: from }, rules, now).state === 'bad';
}

/** A replica of the lever may lag behind, so other weights are only not yet ours; a newer epoch never will be. */
function judgeLever(routing: RoutingReading, { epoch }: Incident, { weights }: PlanStep): Look {
  if (routing.kind === 'unreadable') return { kind: 'not-yet', because: `the lever: ${routing.because}` };
  const { routing: found } = routing;
  if (found.epoch !== null && found.epoch > epoch) {
    return { kind: 'failed', because: `the lever holds the newer epoch ${found.epoch}` };
  }
  return sameWeights(found.weights, weights)
    ? { kind: 'good', because: 'the lever says so' }
    : { kind: 'not-yet', because: `the lever says ${weightsText(found.weights)}` };
}

/** A good answer of the wrong region is no proof of the move: callers there are not served by the target yet. */
function answeredBy(to: Region, observation: Observation): Observation {
  const { target, outcome } = observation;
  if (target.kind !== 'front-door' || outcome.kind === 'bad' || outcome.servedBy === to) return observation;
  const detail = `served by ${outcome.servedBy ?? 'nobody who says so'}, not ${to}`;
  return { ...observation, outcome: { kind: 'bad', because: 'wrong-region', detail } };
}

/**
 * Whether at least one answer of the target is near certain. The choice of region is sticky, so all answers to one
 * observer may be one draw: with share s and n observers none comes from the target with (1 - s)^n.
 */
function isExpected(share: number, observers: number): boolean {
  return (1 - share) ** observers < 0.01;
}

function textOf({ state, good, bad, abstained, reasons, writesBad }: TargetHealth): string {
  const parts = [
    good.length > 0 ? `good from ${good.join(', ')}` : '',
    bad.length > 0 ? `bad from ${bad.join(', ')} (${reasons.join(', ')})` : '',
    abstained.length > 0 ? `no vote from ${abstained.map(({ observer }) => observer).join(', ')}` : '',
  ].filter(Boolean);
  return `${state}: ${parts.join('; ')}${writesText({ writesBad })}`;
}
