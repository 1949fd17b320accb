import { type Instant, type Region, unreachable } from './brand.ts';
import { chooseTarget } from './choose-target.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import { healthRules, observersText, writesText } from './health.ts';
import type { Incident } from './incident.ts';
import { automationLimit, type Limit } from './limit.ts';
import { type LeverTraits, planSteps } from './plan.ts';
import { reluctance } from './reluctance.ts';
import { activeRegion, type Weights } from './routing.ts';
import { hookNames, type Policy, regionNames, type Service } from './service.ts';
import type { Hold, HoldReason, Objection, Verdict } from './verdict.ts';

/**
 * Move, or hold and why. Pure: the same evidence, policy and `now` always give the same verdict.
 *
 * The order of the questions: whether this run still counts and sees anything, then the source, then the target. The first `no` is
 * the answer. What people said (paused, armed) is asked last, so that a hold says what is wrong too, and a false alarm is none.
 */
export function decide(
  service: Service,
  incident: Incident,
  evidence: Evidence,
  observers: readonly Region[],
  lever: Pick<LeverTraits, 'weights'>,
  now: Instant,
): Verdict {
  const { policy } = service;
  const hold = (objection: Objection, diagnosis: Diagnosis | null = null): Hold => ({
    kind: 'hold',
    diagnosis: diagnosis?.name ?? null,
    reason: objection.reason,
    because: objection.because,
    wouldChange: objection.wouldChange,
    redSince: diagnosis?.source.redSince ?? [],
    recheckAfterMs: recheckAfter(objection, incident, policy, now),
  });

  const unfit = unfitToDecide(incident, evidence, policy, now);
  if (unfit !== null) return hold(unfit);
  if (evidence.routing.kind === 'unreadable') {
    return hold({
      reason: 'routing-unreadable',
      because: `the lever could not be read: ${evidence.routing.because}`,
      wouldChange: 'a lever that answers',
    });
  }
  const { routing } = evidence.routing;
  if (routing.epoch !== null && routing.epoch > incident.epoch) {
    return hold({
      reason: 'lever-ahead',
      because: `the lever holds epoch ${routing.epoch}, newer than ${incident.id}: it was moved past Understudy`,
      wouldChange: 'the next run, which takes an epoch above both',
    });
  }
  const source = incident.from ?? activeRegion(routing.weights);
  if (source === null) {
    return hold({
      reason: 'nobody-serves',
      because: 'the lever gives no region any traffic',
      wouldChange: 'a run that names the region to leave',
    });
  }

  const others = regionNames(service).filter((name) => name !== source);
  const diagnosis = diagnose(evidence, source, others, healthRules(service, observers), now);
  const pointless = pointlessMove(service, incident, source, routing.weights);
  if (pointless !== null) return hold(pointless, diagnosis);
  const limit = limitOf(incident, evidence, policy, now);
  const holdOr = (objection: Objection): Hold => {
    const held = hold(objection, diagnosis);
    // What is no trouble, or may be over in seconds, is none of the limit's.
    const isLimited = limit !== null && held.recheckAfterMs === null && !untroubled.has(objection.reason);
    return isLimited ? hold(limited(limit, objection, service, incident, null), diagnosis) : held;
  };
  const reluctant = incident.mode === 'automatic' ? reluctance(service, incident, diagnosis, evidence, now) : null;
  if (reluctant !== null) return holdOr(reluctant);

  // Whoever names a region by hand opens it.
  const fences = evidence.ledger.fences.filter(({ region }) => incident.mode === 'automatic' || region !== incident.to);
  const candidates = incident.to === undefined ? others : [incident.to];
  const target = chooseTarget(diagnosis, candidates, { ...evidence, fences }, routing.weights, policy.quorum);
  if (target.kind === 'none') return holdOr(target.objection);

  const because = `${sentenceOf(diagnosis, source)}; ${target.region} is good from ${observersText(target.health.good)}`;
  if (limit !== null) return hold(limited(limit, { because }, service, incident, target.region), diagnosis);
  if (policy.shadow && incident.mode !== 'rehearsal') {
    return hold(shadowed(service, source, target.region, because), diagnosis);
  }
  const steps = planSteps(routing.weights, source, target.region, policy.ramp, lever);
  return {
    kind: 'move',
    diagnosis: diagnosis.name,
    plan: { from: source, to: target.region, prior: routing, steps, prepare: hookNames(service, 'prepare') },
    because,
    approval: policy.approval.required && incident.mode === 'automatic' && !incident.force ? policy.approval : null,
  };
}

/** A newer run, and evidence that is too old to say anything. */
function unfitToDecide(incident: Incident, evidence: Evidence, policy: Policy, now: Instant): Objection | null {
  const { ledger, gatheredAt } = evidence;
  if (ledger.epoch !== incident.epoch) {
    return {
      reason: 'fenced',
      because: `${incident.id} is over: the ledger is at epoch ${ledger.epoch}`,
      wouldChange: 'nothing: a newer incident took over',
    };
  }
  if (now - gatheredAt > policy.evidenceMaxAgeMs) {
    return {
      reason: 'evidence-stale',
      because: `the evidence is ${now - gatheredAt} ms old`,
      wouldChange: `evidence younger than ${policy.evidenceMaxAgeMs} ms`,
    };
  }
  return null;
}

interface Limitation {
  readonly refusal: Limit | 'look-only';
  readonly because: string;
}

/** What keeps this run from moving whatever it sees; null where nothing does. */
function limitOf(incident: Incident, { ledger }: Evidence, policy: Policy, now: Instant): Limitation | null {
  const limit = automationLimit(ledger, { ...incident, policy }, now);
  if (limit !== null) return limit;
  const isLook = ledger.lease?.holder === incident.holder && ledger.lease.purpose === 'look';
  return isLook ? { refusal: 'look-only', because: 'this run was let in to look alone; the next one may move' } : null;
}

/** Of these people hear nothing, whatever automation may do. */
const untroubled: ReadonlySet<HoldReason> = new Set([
  'source-healthy',
  'failback-not-automatic',
  'home-not-green-long-enough',
]);

/** What is wrong first, then why automation does nothing about it, then what would. */
function limited(
  { refusal, because }: Limitation,
  wrong: Pick<Objection, 'because'>,
  service: Service,
  incident: Incident,
  to: Region | null,
): Objection {
  const byHand = `understudy start ${service.name}${to === null ? '' : ` --to ${to}`}${refusal === 'paused' ? ' --force' : ''} --reason "…"`;
  return {
    reason: refusal,
    because: `${wrong.because}; automation does nothing: ${because}`,
    wouldChange: wouldLift(refusal, service.name, incident.mode === 'automatic' ? byHand : null),
  };
}

function wouldLift(limit: Limitation['refusal'], name: string, byHand: string | null): string {
  const or = byHand === null ? '' : `, or by hand: ${byHand}`;
  switch (limit) {
    case 'paused':
      return `understudy resume ${name}${or}`;
    case 'disarmed':
      return `understudy ack ${name}${or}`;
    case 'cooldown':
    case 'declined':
    case 'unanswered':
    case 'look-only':
      return `time${or}`;
    case 'not-automatic':
      return `a run by hand${byHand === null ? '' : `: ${byHand}`}`;
    default:
      return unreachable(limit);
  }
}

/** A move that would change nothing, or leads nowhere. */
function pointlessMove(service: Service, { to }: Incident, source: Region, weights: Weights): Objection | null {
  if ((weights[source] ?? 0) <= 0) {
    return {
      reason: 'source-not-active',
      because: `${source} carries no traffic of ${service.name}`,
      wouldChange: `traffic on ${source}`,
    };
  }
  if (to === source) {
    return {
      reason: 'already-there',
      because: `${source} already serves ${service.name}`,
      wouldChange: 'another target',
    };
  }
  if (to !== undefined && !regionNames(service).includes(to)) {
    return {
      reason: 'unknown-target',
      because: `${to} is not a region of ${service.name}`,
      wouldChange: `one of ${regionNames(service).join(', ')}`,
    };
  }
  return null;
}

/** Asked last, so that a shadow says exactly what would have happened without it. */
function shadowed({ name }: Service, from: Region, to: Region, because: string): Objection {
  return {
    reason: 'shadow',
    because: `would have moved ${name} from ${from} to ${to}: ${because}`,
    wouldChange: 'a policy without shadow',
  };
}

/** Only what time may cure is looked at again, and only for as long as the policy gives one run. */
function recheckAfter(
  { reason, afterMs }: Objection,
  { admittedAt }: Incident,
  { dwellMs, recheckForMs, burst }: Policy,
  now: Instant,
): number | null {
  const waitMs = afterMs ?? burst.intervalMs;
  return passing.has(reason) && now + waitMs <= admittedAt + dwellMs + recheckForMs ? waitMs : null;
}

/** Reasons that a few seconds may cure on their own: a region that dies does not die for all observers at once. */
const passing: ReadonlySet<HoldReason> = new Set([
  'evidence-stale',
  'routing-unreadable',
  'path-broken',
  'observers-blind',
  'dwell',
  'target-unknown',
]);

function sentenceOf({ name, source }: Diagnosis, region: Region): string {
  if (name === 'healthy') return `${region} is good and the move was asked for`;
  const seen = source.reasons.length > 0 ? ` (${source.reasons.join(', ')})` : '';
  return `${region} is ${source.state} from ${observersText(source.state === 'good' ? source.good : source.bad)}${seen}${writesText(source)}: ${name}`;
}
