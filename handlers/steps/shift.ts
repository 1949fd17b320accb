import { type Instant, unreachable } from '../../core/brand.ts';
import { asDrill } from '../../core/detection.ts';
import { isDrillOut } from '../../core/drill-record.ts';
import type { Incident } from '../../core/incident.ts';
import type { Plan, PlanStep } from '../../core/plan.ts';
import { sameWeights, type Weights, weightsText } from '../../core/routing.ts';
import type { Failover, Policy, Service } from '../../core/service.ts';
import { LeverUnavailable, MalformedPayload, ReadBackMismatch } from '../errors.ts';
import type { Ports, WriteOutcome } from '../ports.ts';
import { drillElsewhere, drillOf } from './drill.ts';
import { forgetAttempt } from './forget-attempt.ts';
import { inShadow } from './in-shadow.ts';
import { readRouting, readRoutingOrStop } from './read-routing.ts';
import { serviceOf } from './service-of.ts';
import type { Weighed } from './weigh.ts';

export interface ShiftInput {
  readonly incident: Incident;
  readonly plan: Plan;
  /** Index into the plan's steps. */
  readonly step: number;
  /** When the evidence that this write rests on was gathered: Assess's, then that of the looks at the step before. */
  readonly evidenceAt: Instant;
  /** Where nothing was written since the evidence was gathered. */
  readonly standing?: Weighed['standing'] | undefined;
}

export interface Shift {
  readonly outcome: ShiftOutcome;
  readonly because: string;
  readonly at: Instant;
  /** Until when the move has to be proven. */
  readonly verifyUntil: Instant;
}

export type ShiftOutcome =
  | 'accepted'
  /** It stands already: an earlier attempt wrote it, and its answer was lost. */
  | 'unchanged'
  | 'rehearsed'
  | 'stale'
  | 'moved-meanwhile'
  /** In the middle of a ramp a hand changed what this run had written. */
  | 'moved-by-hand'
  /** The run was resumed long after its lease ran out. */
  | 'too-late'
  | 'fenced'
  | 'paused'
  /** Of a drill: another region is being left for practice. */
  | 'not-alone'
  | 'refused';

type ShiftPorts = Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'levers'>;

/**
 * Moves traffic by one step of the plan. The order is the whole point: is the evidence still young, is the lease still
 * ours and nobody has said stop, then the write, which the lever itself refuses to an older epoch, then the read back. A lever that
 * refuses to write over what it did not say is asked what it says beside the ledger: the write waits for both.
 * Throws where it cannot know what the lever says; the retry finds out.
 */
export async function shift(input: ShiftInput, ports: ShiftPorts, failover: Failover): Promise<Shift> {
  const { plan, step } = input;
  const incident = asDrill(input.incident, plan);
  const service = serviceOf(failover, incident.service);
  const stage = stageOf(plan, step);
  const { outcome, because } = await attempt({ ...input, incident }, service, stage, ports, failover);
  const at = ports.clock.now();
  if (outcome === 'accepted' || outcome === 'unchanged') await readBack(service, stage.weights, ports);
  await ports.ledger.append({
    id: `${incident.id}/${attemptOf(input)}`,
    service: service.name,
    incident: incident.id,
    at,
    text: `shift to ${stage.percent} % ${outcome}: ${because}`,
    what: {
      kind: 'shifted',
      percent: stage.percent,
      weights: stage.weights,
      outcome,
      wrote: outcome === 'accepted' || outcome === 'unchanged',
    },
  });
  return { outcome, because, at, verifyUntil: at + service.policy.verify.timeoutMs };
}

const attemptOf = ({ step, evidenceAt }: ShiftInput): string => `shifted/${step}/${evidenceAt}`;

interface Attempt {
  readonly outcome: ShiftOutcome;
  readonly because: string;
}

async function attempt(
  input: ShiftInput,
  service: Service,
  stage: PlanStep,
  ports: ShiftPorts,
  failover: Failover,
): Promise<Attempt> {
  const { incident, plan, step, standing: known = null } = input;
  const rehearsal = incident.mode === 'rehearsal';
  if (service.policy.shadow && !rehearsal) return { outcome: 'refused', because: inShadow(service) };
  /** The same for every attempt at this step with this evidence, whether it writes or finds it written. */
  const name = attemptOf(input);
  const lever = ports.levers(service);
  const writer = rehearsal ? lever : (lever.begin?.(known?.lever ?? null) ?? lever);
  const renewal = {
    kind: 'renew',
    holder: incident.holder,
    epoch: incident.epoch,
    leaseMs: service.policy.leaseMs,
    // A rehearsal changes nothing that a pause could protect.
    force: incident.force || rehearsal,
    toWrite: !rehearsal,
    ...(rehearsal ? {} : { attempt: name }),
    drill: drillOf(incident, plan, stage),
  } as const;
  let held = await ports.ledger.change(service.name, renewal, known?.ledger, known?.version);
  // What is merely known keeps nobody out.
  if (held.kind === 'refused' && known !== null) held = await ports.ledger.change(service.name, renewal);
  const { lease } = held.record;
  // Refused, this attempt is not on record; an earlier one may be.
  const mayStand =
    lease?.holder === incident.holder && lease.attempt?.of === name && (held.kind === 'refused' || lease.attempt.again);
  // Asked last: the renewal may have waited for the ledger.
  const stale = staleness(input, service.policy, ports.clock.now());
  if (held.kind === 'refused' && held.refusal === 'expired') return { outcome: 'too-late', because: held.because };
  if (held.kind === 'refused' && held.refusal !== 'paused') return { outcome: 'fenced', because: held.because };
  if (stale !== null || held.kind === 'refused') {
    // What already stands needs no permission: a step that was killed after its write must come to be verified.
    if (!rehearsal && mayStand && (await stands(service, incident, stage.weights, ports))) return standing(stage);
    if (held.kind === 'refused') return { outcome: 'paused', because: held.because };
    return { outcome: 'stale', because: stale ?? '' };
  }
  const elsewhere = isDrillOut(incident) ? await drillElsewhere(service, plan.from, ports.ledger, failover) : null;
  if (elsewhere !== null) {
    if (mayStand && (await stands(service, incident, stage.weights, ports))) return standing(stage);
    return { outcome: 'not-alone', because: elsewhere };
  }
  if (rehearsal) return rehearse(incident, plan, stage, service, ports);
  const intent = {
    epoch: incident.epoch,
    weights: stage.weights,
    expected: before(plan, step),
    expectedUnder: step === 0 ? plan.prior.epoch : incident.epoch,
  };
  const written = await writer.write(intent).catch(async (error: unknown) => {
    if (!mayStand) await forgetAttempt(error, incident, service, ports);
    throw error;
  });
  // By nobody of ours: where the traffic shall go somebody has led it already, and whether there is more to do is asked afresh.
  if (written.kind === 'unchanged' && !mayStand) return movedMeanwhile(written.routing.weights);
  // Read back and verified at the step before, so nobody but a person can have changed it: also under the same epoch.
  if (written.kind === 'moved-meanwhile' && (step > 0 || written.afterUs === true)) {
    const because = `after this run had written it, somebody set the lever to ${weightsText(written.routing.weights)}`;
    return { outcome: 'moved-by-hand', because };
  }
  return outcomeOf(written, stage);
}

function staleness({ evidenceAt }: ShiftInput, { evidenceMaxAgeMs }: Policy, now: Instant): string | null {
  const ageMs = now - evidenceAt;
  return ageMs <= evidenceMaxAgeMs
    ? null
    : `the evidence is ${ageMs} ms old; after ${evidenceMaxAgeMs} ms it moves nothing`;
}

async function stands(
  service: Service,
  { epoch }: Incident,
  intent: Weights,
  ports: Pick<Ports, 'wait' | 'levers'>,
): Promise<boolean> {
  const routing = await readRoutingOrStop(service, ports);
  const mayBeOurs = routing.epoch === null || routing.epoch === epoch;
  return mayBeOurs && sameWeights(routing.weights, intent);
}

const standing = ({ weights }: PlanStep): Attempt => ({
  outcome: 'unchanged',
  because: `the lever says so already: ${weightsText(weights)}`,
});

/** Everything but the write. */
async function rehearse(
  { epoch }: Incident,
  plan: Plan,
  stage: PlanStep,
  service: Service,
  ports: ShiftPorts,
): Promise<Attempt> {
  const { weights } = await readRoutingOrStop(service, ports);
  if (!sameWeights(weights, plan.prior.weights)) return movedMeanwhile(weights);
  return {
    outcome: 'rehearsed',
    because: `would write ${weightsText(stage.weights)} under epoch ${epoch} where it says ${weightsText(weights)}`,
  };
}

function outcomeOf(written: WriteOutcome, stage: PlanStep): Attempt {
  switch (written.kind) {
    case 'accepted':
      return { outcome: 'accepted', because: `the lever took ${weightsText(stage.weights)}` };
    case 'unchanged':
      return standing(stage);
    case 'fenced':
      return { outcome: 'fenced', because: `the lever holds the newer epoch ${written.epoch}` };
    case 'moved-meanwhile':
      return movedMeanwhile(written.routing.weights);
    case 'refused':
      return { outcome: 'refused', because: written.because };
    default:
      return unreachable(written);
  }
}

const movedMeanwhile = (weights: Weights): Attempt => ({
  outcome: 'moved-meanwhile',
  because: `since this was decided somebody moved the lever to ${weightsText(weights)}`,
});

async function readBack(service: Service, intent: Weights, ports: ShiftPorts): Promise<void> {
  const reading = await readRouting(service, ports);
  if (reading.kind === 'unreadable') throw new LeverUnavailable(`the write was not read back: ${reading.because}`);
  if (!sameWeights(reading.routing.weights, intent)) {
    throw new ReadBackMismatch(`wrote ${weightsText(intent)}, read ${weightsText(reading.routing.weights)}`);
  }
}

function stageOf(plan: Plan, step: number): PlanStep {
  const stage = plan.steps[step];
  if (stage === undefined) throw new MalformedPayload(`step ${step} of a plan with ${plan.steps.length}`);
  return stage;
}

/** What the lever says before this step, if nobody else touches it. */
function before(plan: Plan, step: number): Weights {
  return plan.steps[step - 1]?.weights ?? plan.prior.weights;
}
