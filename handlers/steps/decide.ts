import { consentsTo, peopleNeeded } from '../../core/consent.ts';
import { decideAgain } from '../../core/decide-again.ts';
import { decideInDrill } from '../../core/detection.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import { leverTraits } from '../../core/lever.ts';
import type { Plan } from '../../core/plan.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { servingRegions } from '../../core/routing.ts';
import type { Failover } from '../../core/service.ts';
import type { Verdict } from '../../core/verdict.ts';
import { NotApproved } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { keepLease } from './lease.ts';
import { serviceOf } from './service-of.ts';

export interface DecideInput {
  readonly incident: Incident;
  readonly evidence: Evidence;
  /** Whether a person, or the policy's default at the deadline, has said yes already. */
  readonly approved: boolean;
  /** Whether that was the policy's default; else the ledger must know who it was, where the policy wants several people. */
  readonly byDeadline?: boolean | undefined;
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
  { incident, evidence, approved, byDeadline = false, underWay = null }: DecideInput,
  ports: Pick<Ports, 'clock' | 'ledger'>,
  failover: Failover,
): Promise<Decision> {
  const service = serviceOf(failover, incident.service);
  const now = ports.clock.now();
  const traits = leverTraits[service.lever.kind];
  const { observers } = failover;
  const decided =
    underWay === null
      ? decideInDrill(service, incident, evidence, observers, traits, now)
      : decideAgain(service, incident, underWay, evidence, observers, traits, now);
  // A ramp that is under way was approved before its first step.
  const isTrusted = byDeadline || underWay !== null;
  const verdict = approved ? approvedBy(isTrusted ? null : evidence.ledger, incident, decided) : decided;
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

/**
 * Once approved, nobody has to be asked any more. Where the policy wants several people the ledger says who they were (null: not asked of
 * it), because whoever has the token can say yes alone. A yes to another way counts for nothing: the machine asks anew.
 */
function approvedBy(ledger: LedgerRecord | null, incident: Incident, verdict: Verdict): Verdict {
  if (verdict.kind !== 'move' || verdict.approval === null) return verdict;
  const needed = peopleNeeded(verdict.approval);
  if (ledger !== null && needed > 1) {
    const { from, to } = verdict.plan;
    const asked = ledger.consents;
    if (asked?.incident === incident.id && (asked.from !== from || asked.to !== to)) return verdict;
    const { length } = consentsTo(ledger, { incident: incident.id, from, to });
    if (length < needed) {
      throw new NotApproved(`${incident.id} was answered, and ${length} of ${needed} people are on record for it`);
    }
  }
  return { ...verdict, approval: null };
}

function textOf(verdict: Verdict): string {
  if (verdict.kind === 'move') return `move from ${verdict.plan.from} to ${verdict.plan.to}: ${verdict.because}`;
  const next = verdict.recheckAfterMs === null ? '' : `; looking again in ${verdict.recheckAfterMs} ms`;
  return `hold (${verdict.reason}): ${verdict.because}${next}`;
}
