import type { Instant } from '../../core/brand.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { LedgerRecord } from '../../core/record.ts';
import type { Failover } from '../../core/service.ts';
import { type AssessInput, type AssessPorts, assess, type Standing } from './assess.ts';
import { type Decision, decide } from './decide.ts';

export interface WeighInput extends AssessInput {
  /** Whether a person, or the policy's default at the deadline, has said yes already; null where the verdict is another step's. */
  readonly approved?: boolean | null | undefined;
  /** Whether that was the policy's default: then nobody is looked for in the ledger. */
  readonly byDeadline?: boolean | undefined;
}

export interface Weighed extends Decision {
  readonly evidenceAt: Instant;
  /** Null where nothing is to be written, or the ledger does not say. */
  readonly standing: (Standing & { readonly ledger: LedgerRecord }) | null;
}

/**
 * Gathers evidence and decides by it in one invocation, because a verdict needs nothing else. In the middle of a ramp, and for machines that were
 * deployed before this was one step, it gathers alone, and the evidence goes to Decide.
 */
export async function weigh(
  input: WeighInput,
  ports: AssessPorts,
  failover: Failover,
): Promise<Weighed | { readonly evidence: Evidence }> {
  const { incident, approved = null, byDeadline = false } = input;
  const { evidence, standing } = await assess(input, ports, failover);
  if (approved === null) return { evidence };
  const decision = await decide({ incident, evidence, approved, byDeadline }, ports, failover);
  const writes = decision.verdict.kind === 'move' && standing !== null;
  return {
    ...decision,
    evidenceAt: evidence.gatheredAt,
    standing: writes ? { ...standing, ledger: evidence.ledger } : null,
  };
}
