import type { Incident } from '../../core/incident.ts';
import type { LedgerOutcome } from '../../core/ledger.ts';
import type { Policy } from '../../core/service.ts';
import { Fenced } from '../errors.ts';
import type { Ledger } from '../ports.ts';

/** Keeps the lease through what comes next, however long a wait that is. A pause does not take it away; a newer epoch does. */
export function keepLease(
  ledger: Ledger,
  { service, holder, epoch }: Incident,
  { leaseMs }: Policy,
  waitMs = 0,
  toWrite = false,
): Promise<LedgerOutcome> {
  return ledger.change(service, { kind: 'renew', holder, epoch, leaseMs: leaseMs + waitMs, force: true, toWrite });
}

/** For steps that have no outcome for it: throws `Fenced` where somebody else has taken over. */
export async function keepLeaseOrStop(ledger: Ledger, incident: Incident, policy: Policy, waitMs = 0): Promise<void> {
  const outcome = await keepLease(ledger, incident, policy, waitMs);
  if (outcome.kind === 'refused') throw new Fenced(`${incident.id} must stop: ${outcome.because}`);
}
