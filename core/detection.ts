import type { Instant, Region } from './brand.ts';
import { decide } from './decide.ts';
import type { Evidence } from './evidence.ts';
import { freezeOf } from './freeze.ts';
import { freezesOver } from './frozen.ts';
import type { Incident } from './incident.ts';
import type { LeverTraits } from './lever.ts';
import type { Observation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { Detection } from './record.ts';
import type { Service } from './service.ts';
import type { Verdict } from './verdict.ts';

/*
 * A detection drill: one region looks ill to our observers alone, and the whole chain from canary to verified move must fire. Observers say
 * `drill` where the answer was good and a signed flag bids them call it bad; what that leads to is decided here.
 */

/** The detection drill that is under way for this run's service; null where none is, whatever observers say. */
export function detectionNow(
  { mode }: Pick<Incident, 'mode'>,
  { ledger }: Pick<Evidence, 'ledger'>,
  now: Instant,
): Detection | null {
  const { detection, drill } = ledger;
  return mode === 'automatic' && drill === null && detection !== null && now < detection.until ? detection : null;
}

/**
 * Decides by what is true, and where that is no move by what is feigned. A feigned illness may come to a move out of the region of the drill, or to
 * another look; everything else it could lead to is no news to anybody, and what is remembered of a look is the truth. Such a move flees from
 * nothing: the region that it leaves is well, so no hook may give up data of it, and nothing leads into a change freeze.
 */
export function decideInDrill(
  service: Service,
  incident: Incident,
  evidence: Evidence,
  observers: readonly Region[],
  lever: Pick<LeverTraits, 'weights'>,
  now: Instant,
): Verdict {
  const isFeigned = evidence.observations.some(({ outcome }) => outcome.kind === 'bad' && outcome.because === 'drill');
  if (!isFeigned) return decide(service, incident, evidence, observers, lever, now);
  const truth = decide(service, incident, truthful(evidence), observers, lever, now);
  const detection = detectionNow(incident, evidence, now);
  if (truth.kind === 'move' || detection === null) return truth;
  const feigned = decide(service, incident, believing(evidence, detection), observers, lever, now);
  if (feigned.kind === 'move' && feigned.plan.from === detection.region) {
    if (freezeOf(freezesOver(evidence, now), feigned.plan.to) !== null) return truth;
    const { id, startedAt, until, by, reason } = detection;
    const detects = { id, startedAt, until, by, reason };
    return { ...feigned, look: truth.look, plan: { ...feigned.plan, flees: false, detects } };
  }
  return feigned.kind === 'hold' && feigned.recheckAfterMs !== null ? { ...feigned, look: truth.look } : truth;
}

/**
 * The looks of a drill are remembered as what is true: a region that answers well. To whoever believes the flag each of them would begin the
 * dwell anew, so good answers since the drill began say nothing here.
 */
const believing = (evidence: Evidence, { region, startedAt }: Detection): Evidence => ({
  ...evidence,
  ledger: {
    ...evidence.ledger,
    looks: evidence.ledger.looks.map((memory) =>
      memory.region === region && memory.goodAt !== null && memory.goodAt > startedAt
        ? { ...memory, goodAt: startedAt }
        : memory,
    ),
  },
});

/** What observers would have said without a flag. */
export const truthful = (evidence: Evidence): Evidence => ({
  ...evidence,
  observations: evidence.observations.map(meant),
});

function meant(observation: Observation): Observation {
  const { target, outcome } = observation;
  if (outcome.kind === 'good' || outcome.because !== 'drill') return observation;
  return { ...observation, outcome: { kind: 'good', servedBy: target.kind === 'regional' ? target.region : null } };
}

/** A run of automation that a detection drill has led to a move is a run of a drill from there on: it returns, and disarms nothing. */
export function asDrill(incident: Incident, plan: Pick<Plan, 'detects'> | null): Incident {
  const detects = plan?.detects;
  if (detects === undefined) return incident;
  const holdMs = Math.max(1_000, detects.until - incident.admittedAt);
  return { ...incident, mode: 'drill', drill: { kind: 'out', percent: 100, holdMs, detects: detects.id } };
}
