import type { LedgerOutcome } from '../../core/ledger-command.ts';
import type { ExecutionStatus, Ports } from '../ports.ts';
import { within } from './within.ts';

/** Of the execution that has the lease; `unknown` where nobody says so in time. */
export async function statusOfHolder(
  holder: string,
  { executions, wait }: Pick<Ports, 'executions' | 'wait'>,
): Promise<ExecutionStatus> {
  try {
    return await within(statusMs, 'Step Functions', wait, () => executions.statusOf(holder));
  } catch {
    return 'unknown';
  }
}

const statusMs = 2_000;

/**
 * The holder whose lease may be taken, where a lease was all that stood in the way: its run is over, however it ended. What cannot be
 * found out counts as a run under way, except by a person's force: the newer epoch fences whoever is there still.
 */
export async function endedHolder(
  outcome: LedgerOutcome,
  byForce: boolean,
  ports: Pick<Ports, 'executions' | 'wait'>,
): Promise<string | null> {
  const { lease } = outcome.record;
  if (outcome.kind !== 'refused' || outcome.refusal !== 'held' || lease === null) return null;
  const status = await statusOfHolder(lease.holder, ports);
  return status === 'ended' || (status === 'unknown' && byForce) ? lease.holder : null;
}
