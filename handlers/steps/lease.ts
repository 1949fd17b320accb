import type { Region } from '../../core/brand.ts';
import type { Entry } from '../../core/entry.ts';
import type { Incident } from '../../core/incident.ts';
import type { LedgerOutcome } from '../../core/ledger-command.ts';
import type { Look } from '../../core/looks.ts';
import type { Policy } from '../../core/service.ts';
import { LedgerUnavailable } from '../errors.ts';
import type { Ledger, Ports } from '../ports.ts';
import { sentence } from './sentence.ts';

/**
 * Keeps the lease through what comes next, however long a wait that is. A pause does not take it away; a newer epoch does. What was
 * seen is remembered along with it: one write for both.
 */
export function keepLease(
  ledger: Ledger,
  { service, holder, epoch }: Incident,
  { leaseMs }: Policy,
  waitMs = 0,
  toWrite = false,
  seen: { readonly look?: Look | null | undefined; readonly serving?: readonly Region[] | undefined } = {},
): Promise<LedgerOutcome> {
  const renewed = { kind: 'renew', holder, epoch, leaseMs: leaseMs + waitMs, force: true, toWrite, ...seen } as const;
  return ledger.change(service, renewed);
}

/** For looks: a ledger that does not answer says nothing about a move, and Shift asks for the lease before it writes. Null then. */
export async function keepLeaseIfAnswered(
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
  incident: Incident,
  policy: Policy,
  waitMs: number,
  look: Look | null = null,
): Promise<LedgerOutcome | null> {
  try {
    return await keepLease(ledger, incident, policy, waitMs, false, { look });
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    log.warn('lease not renewed', { incident: incident.id, because: sentence(error) });
    return null;
  }
}

export async function appendIfAnswered({ ledger, log }: Pick<Ports, 'ledger' | 'log'>, entry: Entry): Promise<void> {
  try {
    await ledger.append(entry);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    log.warn('not recorded', { incident: entry.incident, because: sentence(error) });
  }
}
