import type { Region } from '../../core/brand.ts';
import type { ApprovalAnswer, Incident } from '../../core/incident.ts';
import { servingAfter } from '../../core/plan.ts';
import { type LedgerRecord, lastIncident } from '../../core/record.ts';
import { type Failover, homeRegion } from '../../core/service.ts';
import type { Ports } from '../ports.ts';
import type { Outcome, Run } from './ending.ts';
import { sentence } from './sentence.ts';

/* A run gives its lease back, with what it leaves behind. */

type ReleasePorts = Pick<Ports, 'ledger' | 'log'>;

/**
 * Answers the record as this run leaves it. A refusal here is news to nobody: a retry finds its lease released, and a run that
 * was overtaken in the ledger has none.
 */
export async function release(
  incident: Incident,
  { verdict, act, approval }: Run,
  { ending, because }: Outcome,
  ports: ReleasePorts,
  failover: Failover,
): Promise<LedgerRecord> {
  const service = failover.services.find(({ name }) => name === incident.service);
  const isHome = (region: Region) => service !== undefined && homeRegion(service) === region;
  const outcome = await ports.ledger.change(incident.service, {
    kind: 'conclude',
    holder: incident.holder,
    epoch: incident.epoch,
    incident: incident.id,
    mode: incident.mode,
    ending,
    because,
    drill: incident.drill,
    ...(verdict?.kind === 'hold' && { held: verdict.reason }),
    ...(act?.ending === 'fenced' && { overtakenAtLever: true }),
    ...(approval?.approved === false && { unapproved: { by: unapprovedBy(approval) } }),
    look: verdict?.look,
    ...(verdict?.kind === 'move' && { serving: servingAfter(verdict.plan, ending) }),
    ...(verdict?.kind === 'move' && { movedFrom: { region: verdict.plan.from, isHome: isHome(verdict.plan.from) } }),
    // Only where the move stands, proven or not.
    movedTo: (ending === 'recovered' || ending === 'unproven') && verdict?.kind === 'move' ? verdict.plan.to : null,
  });
  if (outcome.kind === 'refused') {
    ports.log.warn('lease was not ours to release', { incident: incident.id, because: outcome.because });
  }
  return outcome.record;
}

/** Who said no; null where nobody answered. */
const unapprovedBy = ({ by, decision }: ApprovalAnswer): string | null =>
  decision === 'deadline' ? null : (by ?? 'somebody');

/**
 * A run that broke while it was admitted may hold a lease that it never heard of. Nobody else could move that service
 * until the lease runs out, so it is looked for by its holder.
 */
export async function releaseUnnamed(
  { error }: Pick<Run, 'error'>,
  holder: string,
  ports: ReleasePorts,
  failover: Failover,
): Promise<void> {
  if (error === null) return;
  for (const service of failover.services) {
    try {
      const record = await ports.ledger.read(service.name);
      if (record.lease?.holder !== holder) continue;
      const incident = lastIncident(record);
      await ports.ledger.change(service.name, {
        kind: 'conclude',
        holder,
        epoch: record.epoch,
        incident,
        mode: 'manual',
        ending: 'failed',
        movedTo: null,
      });
    } catch (cause) {
      ports.log.warn('lease not released; it runs out', { service: service.name, because: sentence(cause) });
    }
  }
}
