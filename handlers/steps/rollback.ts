import { type Epoch, unreachable } from '../../core/brand.ts';
import type { Incident } from '../../core/incident.ts';
import type { Plan } from '../../core/plan.ts';
import { type Routing, sameWeights, weightsText } from '../../core/routing.ts';
import type { Failover, Service } from '../../core/service.ts';
import { LeverUnavailable, ReadBackMismatch } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { inShadow } from './in-shadow.ts';
import { keepLease } from './lease.ts';
import { whyNotBack } from './look-back.ts';
import { readRoutingOrStop } from './read-routing.ts';
import { serviceOf } from './service-of.ts';

export interface RollbackInput {
  readonly incident: Incident;
  readonly plan: Plan;
  /** Index of the last step that was tried; null where that is not known. */
  readonly step: number | null;
  /** Why the move is undone. */
  readonly because: string;
}

export interface Rollback {
  readonly outcome: 'rolled-back' | 'unproven' | 'rollback-failed' | 'fenced';
  readonly because: string;
}

/**
 * Looks where undoing would lead, and leaves the move where that is a region that a quorum sees bad while the target answers. Else
 * restores exactly what the lever said before, under this run's own epoch. Allowed while paused, for undoing is what a
 * pause asks for; never when somebody else took over. Throws where it does not know what the lever says, so that it is
 * tried again; what no retry clears up is `rollback-failed`, and people have to look.
 */
export async function rollback(
  { incident, plan, step, because }: RollbackInput,
  ports: RollbackPorts,
  failover: Failover,
): Promise<Rollback> {
  const service = serviceOf(failover, incident.service);
  const tried = { ...plan, steps: triedOf(plan, step) };
  const { outcome, detail, routing } = await undo(service, incident, tried, ports, failover);
  const text = `${because}; ${detail}`;
  await ports.ledger.append({
    id: `${incident.id}/rolled-back/${outcome}`,
    service: service.name,
    incident: incident.id,
    at: ports.clock.now(),
    text: `${outcome}: ${text}`,
    what: { kind: 'rolled-back', restored: outcome === 'rolled-back', routing, detail: text },
  });
  return { outcome, because: text };
}

/** What this run may have written: a step that it never came to is somebody else's. */
const triedOf = ({ steps }: Plan, step: number | null) => (step === null ? steps : steps.slice(0, step + 1));
type RollbackPorts = Pick<Ports, 'clock' | 'wait' | 'ledger' | 'levers' | 'vantages'>;

/** This function lives longer than one that writes at once, by its look: so does its lease. */
const lookMs = 20_000;

interface Undone {
  readonly outcome: Rollback['outcome'];
  readonly detail: string;
  readonly routing: Routing | null;
}

async function undo(
  service: Service,
  incident: Incident,
  plan: Plan,
  ports: RollbackPorts,
  failover: Failover,
): Promise<Undone> {
  if (incident.mode === 'rehearsal') {
    return { outcome: 'rolled-back', detail: 'a rehearsal wrote nothing, so nothing is undone', routing: null };
  }
  // Before the lease and the read: what is written must rest on both, and on them as they are then.
  const stays = service.policy.shadow ? null : await whyNotBack(service, plan, ports, failover);
  const lease = await keepLease(ports.ledger, incident, service.policy, lookMs, true);
  if (lease.kind === 'refused' && lease.refusal === 'expired') {
    return { outcome: 'rollback-failed', detail: `nothing was undone: ${lease.because}`, routing: null };
  }
  if (lease.kind === 'refused') return { outcome: 'fenced', detail: lease.because, routing: null };

  const found = await readRoutingOrStop(service, ports);
  if (found.epoch !== null && found.epoch > incident.epoch) return fencedBy(found.epoch);
  const prior = plan.prior.weights;
  // A shadow writes nothing, not even back: what stands as it was is as good as restored, anything else is for people.
  if (service.policy.shadow) {
    const outcome = sameWeights(found.weights, prior) ? 'rolled-back' : 'rollback-failed';
    return { outcome, detail: `${inShadow(service)}; the lever says ${weightsText(found.weights)}`, routing: found };
  }
  const ours = [prior, ...plan.steps.map(({ weights }) => weights)];
  if (!ours.some((known) => sameWeights(known, found.weights))) {
    const detail = `the lever says ${weightsText(found.weights)}, which this run never wrote`;
    return { outcome: 'rollback-failed', detail, routing: found };
  }
  if (stays !== null && !sameWeights(found.weights, prior)) {
    return { outcome: 'unproven', detail: `not undone, because ${stays}`, routing: found };
  }
  // Even where it reads as it was: the read may lag behind our own write, and writing the same again costs nothing.
  const intent = { epoch: incident.epoch, weights: prior, expected: found.weights, undoes: true };
  const written = await ports.levers(service).write(intent);
  switch (written.kind) {
    case 'fenced':
      return fencedBy(written.epoch);
    case 'moved-meanwhile':
      throw new LeverUnavailable(`between read and write the lever went to ${weightsText(written.routing.weights)}`);
    case 'refused':
      return { outcome: 'rollback-failed', detail: `the lever refused: ${written.because}`, routing: found };
    case 'accepted':
    case 'unchanged': {
      const after = await readRoutingOrStop(service, ports);
      if (!sameWeights(after.weights, prior)) {
        throw new ReadBackMismatch(`restored ${weightsText(prior)}, read ${weightsText(after.weights)}`);
      }
      return { outcome: 'rolled-back', detail: `the lever says again ${weightsText(prior)}`, routing: after };
    }
    default:
      return unreachable(written);
  }
}

const fencedBy = (epoch: Epoch): Undone => ({
  outcome: 'fenced',
  detail: `the lever holds the newer epoch ${epoch}`,
  routing: null,
});
