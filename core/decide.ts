import type { Instant, Region } from './brand.ts';
import { type Diagnosis, type DiagnosisName, diagnose } from './diagnosis.ts';
import type { Evidence, RedSince } from './evidence.ts';
import type { TargetHealth } from './health.ts';
import type { Incident } from './incident.ts';
import { automationLimit, type Refusal } from './ledger.ts';
import { type LeverTraits, type Plan, planSteps } from './plan.ts';
import { activeRegion, type Weights } from './routing.ts';
import { type Approval, homeRegion, hookNames, regionNames, type Service } from './service.ts';

export type Verdict = Move | Hold;

export interface Move {
  readonly kind: 'move';
  readonly diagnosis: DiagnosisName;
  readonly plan: Plan;
  /** One sentence for people. */
  readonly because: string;
  /** Null where nobody has to be asked. */
  readonly approval: Extract<Approval, { required: true }> | null;
}

export interface Hold {
  readonly kind: 'hold';
  readonly diagnosis: DiagnosisName | null;
  readonly reason: HoldReason;
  readonly because: string;
  /** What would have to be different for a move. */
  readonly wouldChange: string;
  /** Look again after this long, where time alone may bring the answer; null ends the run. */
  readonly recheckAfterMs: number | null;
  /** For the next look of the same run: who has seen what red, and since when. */
  readonly redSince: readonly RedSince[];
}

export type HoldReason =
  | Refusal
  | 'evidence-stale'
  | 'routing-unreadable'
  | 'nobody-serves'
  | 'source-not-active'
  | 'already-there'
  | 'source-healthy'
  | 'path-broken'
  | 'observers-blind'
  | 'all-regions-down'
  | 'everything-down'
  | 'front-door-down'
  | 'dwell'
  | 'failback-not-automatic'
  | 'home-not-green-long-enough'
  | 'unknown-target'
  | 'target-bad'
  | 'target-unknown'
  | 'target-fenced'
  | 'target-not-ready'
  | 'no-fit-target';

/** Reasons that a few seconds may cure on their own: a region that dies does not die for all observers at once. */
const passing: ReadonlySet<HoldReason> = new Set([
  'evidence-stale',
  'routing-unreadable',
  'path-broken',
  'observers-blind',
  'dwell',
  'target-unknown',
]);

/**
 * Move, or hold and why. Pure: the same evidence, policy and `now` always give the same verdict.
 *
 * The order of the questions is the order of their authority: what people said (paused, armed), then whether we can
 * see at all, then the source, then the target. The first `no` is the answer.
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
  const hold = holdWith(incident, policy.dwellMs + policy.recheckForMs, policy.burst.intervalMs, now);

  const limit = automationLimit(evidence.ledger, { ...incident, policy }, now);
  if (limit !== null) return hold(null, limit.refusal, limit.because, wouldLift(limit.refusal));
  if (evidence.ledger.epoch !== incident.epoch) {
    return hold(
      null,
      'fenced',
      `${incident.id} is over: the ledger is at epoch ${evidence.ledger.epoch}`,
      'nothing: a newer incident took over',
    );
  }
  if (now - evidence.gatheredAt > policy.evidenceMaxAgeMs) {
    return hold(
      null,
      'evidence-stale',
      `the evidence is ${now - evidence.gatheredAt} ms old`,
      `evidence younger than ${policy.evidenceMaxAgeMs} ms`,
    );
  }
  if (evidence.routing.kind === 'unreadable') {
    return hold(
      null,
      'routing-unreadable',
      `the lever could not be read: ${evidence.routing.because}`,
      'a lever that answers',
    );
  }

  const { routing } = evidence.routing;
  const active = activeRegion(routing.weights);
  const source = incident.from ?? active;
  if (source === null) {
    return hold(null, 'nobody-serves', 'the lever gives no region any traffic', 'a run that names the region to leave');
  }
  const candidates = candidatesFor(service, incident, source);
  const rules = { observers, quorum: policy.quorum, maxAgeMs: policy.evidenceMaxAgeMs, burstCount: policy.burst.count };
  const diagnosis = diagnose(
    evidence,
    source,
    regionNames(service).filter((name) => name !== source),
    rules,
    now,
  );
  const no = (reason: HoldReason, because: string, wouldChange: string, afterMs?: number) =>
    hold(diagnosis, reason, because, wouldChange, afterMs);

  if ((routing.weights[source] ?? 0) <= 0) {
    return no('source-not-active', `${source} carries no traffic of ${service.name}`, `traffic on ${source}`);
  }
  if (incident.to !== undefined && incident.to === source) {
    return no('already-there', `${source} already serves ${service.name}`, 'another target');
  }
  if (candidates.length === 0) {
    return no(
      'unknown-target',
      `${incident.to ?? 'nothing'} is not a region of ${service.name}`,
      `one of ${regionNames(service).join(', ')}`,
    );
  }

  if (incident.mode === 'automatic') {
    const reluctance = isFailback(service, incident, diagnosis)
      ? failbackLimit(service, evidence, now)
      : sourceLimit(diagnosis, policy.quorum, policy.dwellMs, now);
    if (reluctance !== null)
      return no(reluctance.reason, reluctance.because, reluctance.wouldChange, reluctance.afterMs);
  }

  const target = chooseTarget(diagnosis, candidates, evidence, routing.weights, policy.quorum);
  if (target.kind === 'none') return no(target.reason, target.because, target.wouldChange);

  const steps = planSteps(routing.weights, source, target.region, policy.ramp, lever);
  return {
    kind: 'move',
    diagnosis: diagnosis.name,
    plan: { from: source, to: target.region, prior: routing, steps, prepare: hookNames(service, 'prepare') },
    because: `${sentenceOf(diagnosis, source)}; ${target.region} is good from ${list(target.health.good)}`,
    approval: policy.approval.required && incident.mode === 'automatic' && !incident.force ? policy.approval : null,
  };
}

/** The source must be bad, by quorum, for long enough: the case for an automatic move away. */
function sourceLimit(diagnosis: Diagnosis, quorum: number, dwellMs: number, now: Instant): Reluctance | null {
  const { name, source } = diagnosis;
  const where = source.target.kind === 'regional' ? source.target.region : 'the source';
  switch (name) {
    case 'healthy':
      return {
        reason: 'source-healthy',
        because: `${where} is good from ${list(source.good)}`,
        wouldChange: `${quorum} observers that see ${where} bad`,
      };
    case 'front-door-down':
      return {
        reason: 'front-door-down',
        because: `the front door is bad from ${list(diagnosis.frontDoor.bad)} while ${where} itself is good`,
        wouldChange: 'a region that is bad: moving between good regions does not mend a front door',
      };
    case 'path-broken':
    case 'observers-blind':
      return {
        reason: name,
        because: `${where}: bad from ${list(source.bad)}, good from ${list(source.good)}${abstentions(source)}`,
        wouldChange: `${quorum} observers that agree`,
      };
    case 'all-regions-down':
    case 'everything-down':
      return {
        reason: name,
        because:
          name === 'everything-down'
            ? 'no observer reaches anything, the control target included: suspect the observers'
            : `every region is bad, ${where} too: there is nowhere better to go`,
        wouldChange: 'one region that a quorum sees good',
      };
    case 'region-down':
    case 'region-degraded': {
      const badForMs = now - (source.badSince ?? now);
      if (badForMs >= dwellMs) return null;
      return {
        reason: 'dwell',
        because: `${where} is bad for ${badForMs} ms; the policy waits ${dwellMs} ms`,
        wouldChange: `${where} still bad in ${dwellMs - badForMs} ms`,
        afterMs: dwellMs - badForMs,
      };
    }
  }
}

/** Home from a region that is not bad. From one that is, it is a move like any other, with the same patience. */
function isFailback(service: Service, incident: Incident, { source }: Diagnosis): boolean {
  return incident.to === homeRegion(service) && source.state !== 'bad';
}

/** Going home by itself: only where the policy asks for it, and home was green for long enough for a quorum. */
function failbackLimit(service: Service, evidence: Evidence, now: Instant): Reluctance | null {
  const { policy } = service;
  const home = homeRegion(service);
  if (!policy.failback.automatic) {
    return {
      reason: 'failback-not-automatic',
      because: `the policy of ${service.name} leaves the way home to people`,
      wouldChange: `understudy start ${service.name} --to ${home}`,
    };
  }
  const { greenForMs } = policy.failback;
  const green = evidence.alarms.filter(
    ({ region, state, since }) => region === home && state === 'OK' && now - since >= greenForMs,
  );
  if (green.length >= policy.quorum) return null;
  return {
    reason: 'home-not-green-long-enough',
    because: `${green.length} of ${policy.quorum} observers have seen ${home} green for ${greenForMs} ms`,
    wouldChange: `${policy.quorum} observers that see ${home} green for that long`,
  };
}

interface Reluctance {
  readonly reason: HoldReason;
  readonly because: string;
  readonly wouldChange: string;
  readonly afterMs?: number;
}

type Choice =
  | { readonly kind: 'target'; readonly region: Region; readonly health: TargetHealth }
  | { readonly kind: 'none'; readonly reason: HoldReason; readonly because: string; readonly wouldChange: string };

/** The best ranked candidate that is fit; where none is, the reason of the best ranked one. */
function chooseTarget(
  diagnosis: Diagnosis,
  candidates: readonly Region[],
  evidence: Evidence,
  weights: Weights,
  quorum: number,
): Choice {
  const refusals: (Choice & { kind: 'none' })[] = [];
  for (const region of candidates) {
    const health = diagnosis.candidates.find((candidate) => candidate.region === region)?.health;
    const limit = targetLimit(region, health, evidence, weights, quorum);
    if (limit === null && health !== undefined) return { kind: 'target', region, health };
    if (limit !== null) refusals.push({ kind: 'none', ...limit });
  }
  const [first] = refusals;
  if (first !== undefined && refusals.length === 1) return first;
  return {
    kind: 'none',
    reason: refusals.some(({ reason }) => reason === 'target-unknown') ? 'target-unknown' : 'no-fit-target',
    because: refusals.map(({ because }) => because).join('; '),
    wouldChange: `one candidate that is good from ${quorum} observers, ready and not fenced`,
  };
}

/** Why a region may not take the traffic, or null. */
function targetLimit(
  region: Region,
  health: TargetHealth | undefined,
  evidence: Evidence,
  weights: Weights,
  quorum: number,
): Omit<Choice & { kind: 'none' }, 'kind'> | null {
  if ((weights[region] ?? 0) < 0) {
    return {
      reason: 'target-fenced',
      because: `${region} is fenced`,
      wouldChange: `a weight of 0 or more for ${region}`,
    };
  }
  if (health?.state === 'bad') {
    return {
      reason: 'target-bad',
      because: `${region} is bad from ${list(health.bad)}`,
      wouldChange: `${region} good from ${quorum} observers`,
    };
  }
  if (health?.state !== 'good') {
    const seen = health === undefined ? '' : `: good from ${list(health.good)}${abstentions(health)}`;
    return {
      reason: 'target-unknown',
      because: `no quorum sees ${region} good${seen}`,
      wouldChange: `${region} good from ${quorum} observers`,
    };
  }
  const unready = evidence.readiness.find((readiness) => readiness.region === region && !readiness.ready);
  if (unready !== undefined) {
    return {
      reason: 'target-not-ready',
      because: `${region} is not ready: ${unready.check}: ${unready.detail}`,
      wouldChange: `${unready.check} ready in ${region}`,
    };
  }
  return null;
}

/** The named target only, or every other region in rank order. */
function candidatesFor(service: Service, incident: Incident, source: Region): readonly Region[] {
  return regionNames(service).filter((name) => name !== source && (incident.to === undefined || name === incident.to));
}

function holdWith(incident: Incident, budgetMs: number, intervalMs: number, now: Instant) {
  return (
    diagnosis: Diagnosis | null,
    reason: HoldReason,
    because: string,
    wouldChange: string,
    afterMs = intervalMs,
  ): Hold => ({
    kind: 'hold',
    diagnosis: diagnosis?.name ?? null,
    reason,
    because,
    wouldChange,
    redSince: diagnosis?.source.redSince ?? [],
    recheckAfterMs: passing.has(reason) && now + afterMs <= incident.admittedAt + budgetMs ? afterMs : null,
  });
}

function wouldLift(refusal: Refusal): string {
  switch (refusal) {
    case 'paused':
      return 'understudy resume, or a run by hand with force';
    case 'disarmed':
      return 'understudy ack';
    case 'cooldown':
      return 'time, or a run by hand';
    default:
      return 'a run by hand';
  }
}

function sentenceOf({ name, source }: Diagnosis, region: Region): string {
  if (name === 'healthy') return `${region} is good and the move was asked for`;
  const seen = source.reasons.length > 0 ? ` (${source.reasons.join(', ')})` : '';
  return `${region} is ${source.state} from ${list(source.state === 'good' ? source.good : source.bad)}${seen}: ${name}`;
}

function abstentions({ abstained }: TargetHealth): string {
  if (abstained.length === 0) return '';
  return `, no vote from ${abstained.map(({ observer, because }) => `${observer} (${because})`).join(', ')}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(', ');
}
