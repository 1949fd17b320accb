import { askingNow } from './asking.ts';
import type { Instant, Region } from './brand.ts';
import type { Spell } from './brown-out.ts';
import { chooseTarget } from './choose-target.ts';
import { drillLimit, drillSteps, isBlindReturn, returnLimit } from './decide-drill.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { isDrillOut } from './drill-record.ts';
import type { Evidence } from './evidence.ts';
import { freezeOf } from './freeze.ts';
import { freezesAgainst, freezesOver, thoughFrozen } from './frozen.ts';
import { completedText, healthRules, observersText, writesText } from './health.ts';
import type { Incident } from './incident.ts';
import type { LeverTraits } from './lever.ts';
import { limitation, limited } from './limitation.ts';
import { lookOf, remember } from './looks.ts';
import { atOnce, planSteps } from './plan.ts';
import { looksForMs } from './recheck.ts';
import { reluctance } from './reluctance.ts';
import { type Routing, servingRegions, type Weights } from './routing.ts';
import { hookNames, type Policy, regionNames, type Service } from './service.ts';
import { sourceOf, spells } from './source.ts';
import { isOpen } from './trouble.ts';
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
  const rules = healthRules(service, observers);
  const look = lookOf(evidence, rules, policy.brownOut.windowMs, now);
  const hold = (objection: Objection, diagnosis: Diagnosis | null = null): Hold => ({
    kind: 'hold',
    diagnosis: diagnosis?.name ?? null,
    reason: objection.reason,
    because: objection.because,
    wouldChange: objection.wouldChange,
    redSince: diagnosis?.source.redSince ?? [],
    recheckAfterMs: recheckAfter(objection, incident, policy, now),
    look,
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
  const moved = returnLimit(service, incident, evidence.ledger, routing);
  if (moved !== null) return hold(moved);
  const spellOf = spells(remember(evidence.ledger.looks, look), rules, policy.brownOut, now);
  const given =
    giverOf(service, incident, routing) ?? sourceOf(routing.weights, incident.to, { evidence, rules, spellOf }, now);
  if (given === null) return hold(nobodyServes(service));

  const others = regionNames(service).filter((name) => name !== given);
  const diagnosis = diagnose(evidence, given, others, rules, now);
  const spell = spellOf(given);
  const isBlind = isBlindReturn(service, incident, evidence.ledger, routing);
  const pointless = isBlind ? null : pointlessMove(service, incident, given, routing.weights);
  if (pointless !== null) return hold(notFollowed(incident, pointless, diagnosis) ?? pointless, diagnosis);
  const unwell = drillLimit(incident, diagnosis, spell, evidence.ledger, evidence.practice, freezesOver(evidence, now));
  if (unwell !== null) return hold(unwell, diagnosis);
  const limit = limitation(incident, evidence, policy, now);
  const isBad = diagnosis.source.state === 'bad';
  const flees = isBad || spell.state === 'over';
  // One look that found all well is no word for a region that has failed so many of late.
  const isBrown = incident.mode === 'automatic' && !isBad && (spell.state === 'over' || spell.state === 'half');
  const found: Diagnosis = isBrown ? { ...diagnosis, name: 'region-degraded' } : diagnosis;
  const holdOr = (objection: Objection): Hold => {
    const held = hold(objection, found);
    // What is no trouble, or may be over in seconds, is none of the limit's.
    const isLimited = limit !== null && held.recheckAfterMs === null && !untroubled.has(objection.reason);
    return isLimited ? hold(limited(limit, objection, service, incident, null), found) : held;
  };
  const reluctant =
    incident.mode === 'automatic' ? reluctance(service, incident, diagnosis, evidence, spellOf, now) : null;
  if (reluctant !== null) return holdOr(isWorthALook(reluctant, spell, evidence) ? soon(reluctant, policy) : reluctant);

  // Whoever names a region by hand opens it, and a person has seen the alarms; for practice nobody does.
  const opens = incident.mode !== 'automatic' && incident.mode !== 'drill';
  const fences = evidence.ledger.fences.filter(({ region }) => !opens || region !== incident.to);
  const users = incident.mode === 'manual' ? [] : evidence.users;
  const candidates = incident.to === undefined ? others : [incident.to];
  // From a region that is down any that is good is better; one that answers some is left only for one that answers well.
  const mayBeBrown = isBad || (incident.mode !== 'automatic' && !isDrillOut(incident));
  const target = chooseTarget(
    diagnosis,
    candidates,
    { ...evidence, users, fences, frozen: freezesAgainst(incident, diagnosis.source, evidence, policy.quorum, now) },
    routing,
    policy.quorum,
    (region) => (mayBeBrown ? null : spellOf(region)),
  );
  if (target.kind === 'none') return holdOr(target.objection);

  const seen = isBad || !flees ? sentenceOf(diagnosis, given) : brownOutText(given, spell, policy);
  const freeze = freezeOf(freezesOver(evidence, now), target.region);
  const isMachine = incident.mode === 'automatic' && !incident.force;
  const though = isMachine && freeze !== null ? thoughFrozen(freeze, diagnosis.source) : '';
  const because = `${seen}; ${target.region} is good from ${observersText(target.health.good)}${though}`;
  if (limit !== null) return hold(limited(limit, { because }, service, incident, target.region), found);
  if (policy.shadow && incident.mode !== 'rehearsal') {
    return hold(shadowed(service, given, target.region, because), diagnosis);
  }
  const asking = askingNow(policy.approval, evidence.periods, freeze !== null);
  // Callers of a region that does not serve them are not kept there for a ramp's sake.
  const way = { from: given, to: target.region, flees };
  const steps =
    incident.drill === undefined
      ? planSteps(routing.weights, given, target.region, flees ? atOnce : policy.ramp, lever)
      : drillSteps(incident.drill, evidence.ledger, routing, way, service, lever);
  return {
    kind: 'move',
    diagnosis: isBad || !flees ? diagnosis.name : 'region-degraded',
    plan: { ...way, prior: routing, steps, prepare: hookNames(service, 'prepare') },
    because: `${because}${isMachine ? asking.because : ''}`,
    approval: isMachine ? asking.approval : null,
    look,
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

/** Of these people hear nothing, whatever automation may do. */
const untroubled: ReadonlySet<HoldReason> = new Set([
  'source-healthy',
  'failback-not-automatic',
  'home-not-green-long-enough',
]);

/**
 * Where nobody has a share, a person may insist on a region that shall: what it is taken from has nothing to lose. Null for every
 * other run that names no region to leave.
 */
function giverOf(service: Service, { from, to, force, mode }: Incident, { weights }: Routing): Region | null {
  if (servingRegions(weights).length > 0) return from ?? null;
  if (mode === 'automatic' || !force || to === undefined) return null;
  return from !== undefined && from !== to ? from : (regionNames(service).find((name) => name !== to) ?? null);
}

function nobodyServes({ name, lever, ...service }: Service): Objection {
  const home = service.regions[0]?.region ?? 'the home region';
  const fallback = lever.kind === 'kvs' ? `: the edge falls back to the region that comes first, ${home}` : '';
  return {
    reason: 'nobody-serves',
    because: `the lever gives no region of ${name} any traffic${fallback}`,
    wouldChange: `understudy start ${name} --to <region> --force`,
  };
}

/** A move that would change nothing, or leads nowhere. */
function pointlessMove(service: Service, { to }: Incident, source: Region, weights: Weights): Objection | null {
  if ((weights[source] ?? 0) <= 0 && servingRegions(weights).length > 0) {
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

/** The lever sends nobody to a region that is down, and callers meet an outage all the same: they may not have followed a move yet. */
function notFollowed({ mode }: Incident, { reason }: Objection, { source, frontDoor }: Diagnosis): Objection | null {
  if (mode !== 'automatic' || reason !== 'source-not-active') return null;
  if (source.state !== 'bad' || frontDoor.state !== 'bad') return null;
  return {
    reason: 'front-door-down',
    because: `the front door is bad from ${observersText(frontDoor.bad)}, though the lever sends no callers to the region that is down`,
    wouldChange: 'callers who follow the lever: a move reaches them by the edge, or as health checks and TTLs have it',
  };
}

/**
 * While the record remembers bad answers a run looks on: a brown-out shows in many looks or not at all. One that people have not
 * heard of ends the run, which tells them.
 */
function isWorthALook({ reason }: Objection, spell: Spell, { ledger }: Evidence): boolean {
  if (reason === 'brown-out') return isOpen(ledger.trouble) && ledger.trouble.what === 'held/brown-out';
  return spell.suspicious && (reason === 'source-healthy' || reason === 'front-door-down');
}

const soon = (objection: Objection, { burst }: Policy): Objection => ({ ...objection, afterMs: burst.intervalMs });

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
  policy: Policy,
  now: Instant,
): number | null {
  const waitMs = afterMs ?? policy.burst.intervalMs;
  return (passing.has(reason) || afterMs !== undefined) && now + waitMs <= admittedAt + looksForMs(policy)
    ? waitMs
    : null;
}

/** Reasons that a few seconds may cure on their own: a region that dies does not die for all observers at once. */
const passing: ReadonlySet<HoldReason> = new Set([
  'evidence-stale',
  'routing-unreadable',
  'path-broken',
  'observers-blind',
  'dwell',
  'target-unknown',
  'target-frozen',
]);

function brownOutText(region: Region, { share, probes }: Spell, { quorum, brownOut }: Policy): string {
  return `${region} fails ${Math.round(share * 100)} % of its probes, ${probes} to an observer, as ${quorum} observers see it over ${brownOut.windowMs} ms: a brown-out`;
}

function sentenceOf({ name, source }: Diagnosis, region: Region): string {
  if (name === 'healthy' || name === 'users-disagree') return `${region} is good and the move was asked for`;
  const seen = source.reasons.length > 0 ? ` (${source.reasons.join(', ')})` : '';
  return `${region} is ${source.state} from ${observersText(source.state === 'good' ? source.good : source.bad)}${completedText(source)}${seen}${writesText(source)}: ${name}`;
}
