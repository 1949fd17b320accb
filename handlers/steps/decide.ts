import { decide as decideOn } from '../../core/decide.ts';
import { decideAgain } from '../../core/decide-again.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import { leverTraits } from '../../core/lever.ts';
import type { Plan } from '../../core/plan.ts';
import { servingRegions } from '../../core/routing.ts';
import type { Failover } from '../../core/service.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Ports } from '../ports.ts';
import { keepLease } from './lease.ts';
import { serviceOf } from './service-of.ts';

export interface DecideInput {
  readonly incident: Incident;
  readonly evidence: Evidence;
  /** Whether a person, or the policy's default at the deadline, has said yes already. */
  readonly approved: boolean;
  /** In the middle of a ramp: the plan that is asked about again; null before a move. */
  readonly underWay?: Plan | null | undefined;
}

export interface Decision {
  readonly verdict: Verdict;
  /** ISO 8601; null ends the looking. */
  readonly recheckAt: string | null;
}

/** Core decides; this keeps the verdict together with everything that it was made from. */
export async function decide(
  { incident, evidence, approved, underWay = null }: DecideInput,
  ports: Pick<Ports, 'clock' | 'ledger'>,
  failover: Failover,
): Promise<Decision> {
  const service = serviceOf(failover, incident.service);
  const now = ports.clock.now();
  const traits = leverTraits[service.lever.kind];
  const { observers } = failover;
  const decided =
    underWay === null
      ? decideOn(service, incident, evidence, observers, traits, now)
      : decideAgain(service, incident, underWay, evidence, observers, traits, now);
  const verdict = approvedIf(approved, decided);
  await ports.ledger.append({
    // The same evidence may be judged twice, by a retry at another time: where the verdicts differ, both are kept.
    id: `${incident.id}/decided/${evidence.gatheredAt}/${verdict.kind === 'hold' ? verdict.reason : 'move'}`,
    service: service.name,
    incident: incident.id,
    at: now,
    text: textOf(verdict),
    what: { kind: 'decided', verdict, evidence },
  });
  if (verdict.kind === 'move' || verdict.recheckAfterMs === null) return { verdict, recheckAt: null };
  await keepLease(ports.ledger, incident, service.policy, verdict.recheckAfterMs, false, {
    look: verdict.look,
    ...(evidence.routing.kind === 'read' && { serving: servingRegions(evidence.routing.routing.weights) }),
  });
  return { verdict, recheckAt: new Date(now + verdict.recheckAfterMs).toISOString() };
}

/** Once approved, nobody has to be asked any more. */
function approvedIf(approved: boolean, verdict: Verdict): Verdict {
  return approved && verdict.kind === 'move' ? { ...verdict, approval: null } : verdict;
}

function textOf(verdict: Verdict): string {
  if (verdict.kind === 'move') return `move from ${verdict.plan.from} to ${verdict.plan.to}: ${verdict.because}`;
  const next = verdict.recheckAfterMs === null ? '' : `; looking again in ${verdict.recheckAfterMs} ms`;
  return `hold (${verdict.reason}): ${verdict.because}${next}`;
}
