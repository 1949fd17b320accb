import type { Instant, Region } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { assessTarget, type HealthRules, type TargetHealth } from '../../core/health.ts';
import type { Incident } from '../../core/incident.ts';
import type { LedgerOutcome } from '../../core/ledger.ts';
import type { Observation } from '../../core/observation.ts';
import type { Plan, PlanStep } from '../../core/plan.ts';
import { sameWeights, shareOf, type Weights, weightsText } from '../../core/routing.ts';
import type { Failover } from '../../core/service.ts';
import { MalformedPayload } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { keepLease } from './lease.ts';
import { aimAtControl, aimAtFrontDoor, aimAtRegion, lookFromEverywhere } from './look.ts';
import { readRouting } from './read-routing.ts';
import { serviceOf } from './service-of.ts';

export interface VerifyInput {
  readonly incident: Incident;
  readonly plan: Plan;
  readonly step: number;
  readonly verifyUntil: Instant;
  /** Good looks in a row so far. */
  readonly streak: number;
}

export interface Verification {
  readonly state: 'verified' | 'pending' | 'failed';
  readonly because: string;
  readonly streak: number;
  /** ISO 8601; only while pending. */
  readonly lookAgainAt: string | null;
  /** ISO 8601; only when verified with more steps to come. */
  readonly bakeUntil: string | null;
  /** Whether this was the plan's last step. */
  readonly done: boolean;
}

/**
 * One look at whether the move is real: requests through the front door, from every observer, answered well and by the
 * target. It takes several good looks in a row; a target that a quorum sees bad ends it at once. In a rehearsal nothing
 * moved, so only the target itself is looked at.
 */
export async function verify(
  { incident, plan, step, verifyUntil, streak }: VerifyInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'ledger' | 'levers' | 'vantages'>,
  failover: Failover,
): Promise<Verification> {
  const service = serviceOf(failover, incident.service);
  const { policy } = service;
  const stage = plan.steps[step];
  const target = aimAtRegion(service, plan.to);
  if (stage === undefined || target === null) {
    throw new MalformedPayload(`step ${step} to ${plan.to} is not in the plan or the configuration`);
  }
  const rehearsal = incident.mode === 'rehearsal';
  const source = aimAtRegion(service, plan.from);
  const aims = [
    target,
    aimAtControl(failover, service),
    ...(rehearsal ? [] : [aimAtFrontDoor(service)]),
    ...(rehearsal || source === null || isAlone(stage.weights, plan.to) ? [] : [source]),
  ];
  const [{ observations }, routing, lease] = await Promise.all([
    lookFromEverywhere(failover.observers, aims, policy.burst, ports),
    rehearsal ? notAsked : readRouting(service, ports),
    keepLease(ports.ledger, incident, policy, Math.max(policy.verify.intervalMs, stage.bakeMs)),
  ]);
  const now = ports.clock.now();
  const rules: HealthRules = {
    observers: failover.observers,
    quorum: policy.quorum,
    maxAgeMs: policy.evidenceMaxAgeMs,
    burstCount: policy.burst.count,
  };
  const look = rehearsal
    ? judgeTarget(observations, plan.to, rules, now)
    : judgeMove({ observations, routing, lease, incident, stage, from: plan.from, to: plan.to, rules, now });

  const inARow = look.kind === 'good' ? streak + 1 : 0;
  const state = stateOf(look, inARow, policy.verify.consecutive, now > verifyUntil);
  const because = `${look.because}${state === 'failed' && look.kind === 'not-yet' ? `, and the time is up` : ''}`;
  const done = step === plan.steps.length - 1;
  await ports.ledger.append({
    // One entry for each thing that looks can say, not one for each look.
    id: `${incident.id}/verified/${step}/${verifyUntil}/${state}/${inARow}`,
    service: service.name,
    incident: incident.id,
    at: now,
    text: `${stage.percent} % ${state} (${inARow} of ${policy.verify.consecutive} looks): ${because}`,
    what: { kind: 'verified', state, detail: because },
  });
  return {
    state,
    because,
    streak: inARow,
    lookAgainAt: state === 'pending' ? isoAfter(now, policy.verify.intervalMs) : null,
    // Nothing moved in a rehearsal: there is nothing to watch.
    bakeUntil: state === 'verified' && !done ? isoAfter(now, rehearsal ? 0 : stage.bakeMs) : null,
    done,
  };
}

const notAsked: RoutingReading = { kind: 'unreadable', because: 'not asked' };

interface Look {
  readonly kind: 'good' | 'not-yet' | 'failed';
  readonly because: string;
}

/** Good looks that began in time may complete their row: a bad one past the deadline ends it, so this is bounded. */
function stateOf(look: Look, inARow: number, needed: number, late: boolean): Verification['state'] {
  if (look.kind === 'failed') return 'failed';
  if (inARow >= needed) return 'verified';
  return late && look.kind === 'not-yet' ? 'failed' : 'pending';
}

function judgeTarget(observations: readonly Observation[], to: Region, rules: HealthRules, now: Instant): Look {
  const target = assessTarget({ observations, alarms: [], earlier: [] }, { kind: 'regional', region: to }, rules, now);
  if (target.state === 'bad') return { kind: 'failed', because: `${to} is ${textOf(target)}` };
  return { kind: target.state === 'good' ? 'good' : 'not-yet', because: `${to} is ${textOf(target)}` };
}

interface Seen {
  readonly observations: readonly Observation[];
  readonly routing: RoutingReading;
  readonly lease: LedgerOutcome;
  readonly incident: Incident;
  readonly stage: PlanStep;
  readonly from: Region;
  readonly to: Region;
  readonly rules: HealthRules;
  readonly now: Instant;
}

function judgeMove({ observations, routing, lease, incident, stage, from, to, rules, now }: Seen): Look {
  if (lease.kind === 'refused') return { kind: 'failed', because: lease.because };
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
  const because = `through the front door${alone ? `, by ${to},` : ''} ${textOf(frontDoor)}`;
  if (frontDoor.state !== 'good' && (alone || !isBad(observations, from, rules, now)))
    return { kind: 'not-yet', because };
  // Traffic that arrives proves more than what the lever says; where it is shared, it proves less.
  if (alone) return routing.kind === 'read' && lever.kind !== 'good' ? lever : { kind: 'good', because };
  if (lever.kind !== 'good') return lever;
  if (target.kind !== 'good') return target;
  const arrived = observations.some(
    ({ target, outcome }) => target.kind === 'front-door' && outcome.kind === 'good' && outcome.servedBy === to,
  );
  if (!arrived && isExpected(shareOf(stage.weights, to), rules.observers.length - frontDoor.abstained.length)) {
    return { kind: 'not-yet', because: `no answer through the front door came from ${to}` };
  }
  return { kind: 'good', because: `${because}; ${target.because}` };
}

const isAlone = (weights: Weights, to: Region) =>
  Object.entries(weights).every(([name, weight]) => weight <= 0 || name === to);

/**
 * On the way out of a region that is bad, callers who are still there get bad answers through the front door. That is the
 * reason to go on, not to go back: what counts then is the target itself, and that its share arrives.
 */
function isBad(observations: readonly Observation[], from: Region, rules: HealthRules, now: Instant): boolean {
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

function textOf({ state, good, bad, abstained, reasons }: TargetHealth): string {
  const parts = [
    good.length > 0 ? `good from ${good.join(', ')}` : '',
    bad.length > 0 ? `bad from ${bad.join(', ')} (${reasons.join(', ')})` : '',
    abstained.length > 0 ? `no vote from ${abstained.map(({ observer }) => observer).join(', ')}` : '',
  ].filter(Boolean);
  return `${state}: ${parts.join('; ')}`;
}

const isoAfter = (now: Instant, ms: number) => new Date(now + ms).toISOString();
