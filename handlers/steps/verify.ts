import type { Instant } from '../../core/brand.ts';
import { asDrill } from '../../core/detection.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { healthRules } from '../../core/health.ts';
import type { Incident } from '../../core/incident.ts';
import type { LeverConfig } from '../../core/lever.ts';
import { lookOf } from '../../core/looks.ts';
import type { Plan } from '../../core/plan.ts';
import { assessEdges, provenFor, type Written } from '../../core/proof.ts';
import { type Failover, regionNames } from '../../core/service.ts';
import { MalformedPayload } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { outcomeOf } from './drill.ts';
import { isAlone, isBad, judgeMove, judgeRehearsal, type Look } from './judge-move.ts';
import { appendIfAnswered, keepLeaseIfAnswered } from './lease.ts';
import { aimAtControl, aimAtEdge, aimsAtFrontDoor, aimsAtRegion, lookFromEverywhere } from './look.ts';
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
  /** Observers that do not see it although a quorum does, as `us-east-2, ca-central-1`; null where none is. */
  readonly unproven: string | null;
}

/**
 * One look at whether the move is real: requests through the front door, from every observer, answered well and by the
 * target; and, where an edge steers, each observer's edge that says by which write of ours it does. Had nothing been written,
 * no look would be good. It takes several good looks in a row; a target that a quorum sees bad ends it at once. In a rehearsal
 * nothing moved: the target is looked at, and the edges must say what stands, for that is how they will be asked in earnest.
 */
export async function verify(
  { incident: given, plan, step, verifyUntil, streak }: VerifyInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'levers' | 'vantages' | 'drillAlarms'>,
  failover: Failover,
): Promise<Verification> {
  const incident = asDrill(given, plan);
  const service = serviceOf(failover, incident.service);
  const { policy } = service;
  const stage = plan.steps[step];
  const target = aimsAtRegion(service, plan.to);
  if (stage === undefined || target.length === 0) {
    throw new MalformedPayload(`step ${step} to ${plan.to} is not in the plan or the configuration`);
  }
  const rehearsal = incident.mode === 'rehearsal';
  const alone = isAlone(stage.weights, plan.to);
  const drills = incident.mode === 'drill';
  const edge = aimAtEdge(service);
  const aims = [
    ...target,
    aimAtControl(failover, service),
    ...(edge === null ? [] : [edge]),
    ...(rehearsal ? [] : aimsAtFrontDoor(service)),
    ...(rehearsal || (alone && !drills) ? [] : aimsAtRegion(service, plan.from)),
  ];
  const rules = healthRules(service, failover.observers);
  const waitMs = Math.max(policy.verify.intervalMs, stage.bakeMs);
  const looking = lookFromEverywhere(failover.observers, aims, policy.burst, ports);
  // Of a drill people heard that all is well. Callers who follow DNS are for minutes where it leads away from: should that region fail
  // meanwhile, whoever tends runs under way knows it from the record, long before a quorum of alarms does. One write for both.
  const keeping = drills
    ? looking.then(({ observations }) => {
        const at = ports.clock.now();
        const seen = lookOf({ observations, gatheredAt: at }, rules, policy.brownOut.windowMs, at);
        return keepLeaseIfAnswered(ports, incident, policy, waitMs, seen);
      })
    : keepLeaseIfAnswered(ports, incident, policy, waitMs);
  const [{ observations }, routing, lease, red] = await Promise.all([
    looking,
    rehearsal ? notAsked : readRouting(service, ports),
    keeping,
    outcomeOf(incident.drill?.kind === 'out' ? incident.drill.plan : null, service, failover, ports),
  ]);
  const now = ports.clock.now();
  const regions = regionNames(service);
  const written: Written = rehearsal
    ? { epoch: plan.prior.epoch ?? 0, weights: plan.prior.weights, regions, alone: null }
    : { epoch: incident.epoch, weights: stage.weights, regions, alone: alone ? plan.to : null };
  const edges = edge === null ? null : assessEdges(observations, written, rules, now);
  const look =
    red !== null
      ? ({ kind: 'failed', because: `${red} while the traffic is away` } as const)
      : rehearsal
        ? judgeRehearsal(observations, plan.to, edges, rules, now)
        : judgeMove({ observations, routing, lease, incident, stage, from: plan.from, to: plan.to, edges, rules, now });

  const inARow = look.kind === 'good' ? streak + 1 : 0;
  const late = now > verifyUntil;
  const missing = look.unproven?.join(', ') || null;
  const needed = policy.verify.consecutive * (missing === null || late ? 1 : patience);
  const state = stateOf(look, inARow, needed, late);
  const done = step === plan.steps.length - 1;
  // Nothing moved in a rehearsal, so there is nothing to watch; and nobody is kept at a region that turned bad on the way.
  const mayHurry = rehearsal || isBad(observations, plan.from, rules, now);
  const because = sentenceOf(look, state, missing, done && !rehearsal ? service.lever.kind : null);
  await appendIfAnswered(ports, {
    // One entry for each thing that looks can say, not one for each look.
    id: `${incident.id}/verified/${step}/${verifyUntil}/${state}/${inARow}`,
    service: service.name,
    incident: incident.id,
    at: now,
    text: `${stage.percent} % ${state} (${Math.min(inARow, needed)} of ${needed} looks): ${because}`,
    what: { kind: 'verified', state, detail: because },
  });
  return {
    state,
    because,
    streak: inARow,
    lookAgainAt: state === 'pending' ? isoAfter(now, policy.verify.intervalMs) : null,
    bakeUntil: state === 'verified' && !done ? isoAfter(now, mayHurry ? 0 : stage.bakeMs) : null,
    done,
    unproven: missing,
  };
}

/** A lone observer that does not see it yet is waited for so many times as long; then it is named. */
const patience = 3;

function sentenceOf(
  look: Look,
  state: Verification['state'],
  missing: string | null,
  kind: LeverConfig['kind'] | null,
): string {
  if (state === 'failed') return `${look.because}${look.kind === 'not-yet' ? ', and the time is up' : ''}`;
  const without = missing === null ? '' : `; a quorum sees it, ${missing} ${state === 'pending' ? 'not yet' : 'not'}`;
  const limit = state === 'verified' && kind !== null ? provenFor(kind) : null;
  return `${look.because}${without}${limit === null ? '' : `; true ${limit.whom}: ${limit.others}`}`;
}

const notAsked: RoutingReading = { kind: 'unreadable', because: 'not asked' };

/** Good looks that began in time may complete their row: a bad one past the deadline ends it, so this is bounded. */
function stateOf(look: Look, inARow: number, needed: number, late: boolean): Verification['state'] {
  if (look.kind === 'failed') return 'failed';
  if (inARow >= needed) return 'verified';
  return late && look.kind === 'not-yet' ? 'failed' : 'pending';
}

const isoAfter = (now: Instant, ms: number) => new Date(now + ms).toISOString();
