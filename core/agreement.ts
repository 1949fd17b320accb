import type { RoutingReading } from './evidence.ts';
import type { LedgerRecord } from './record.ts';
import { activeRegion } from './routing.ts';

/**
 * What the ledger does not know of the lever, in a sentence; null where they agree. Every run takes its epoch in the ledger before it
 * writes it at the lever, so the ledger may be ahead and the lever may not.
 */
export function disagreement(record: LedgerRecord, reading: RoutingReading): string | null {
  if (reading.kind !== 'read') return null;
  const { epoch, weights } = reading.routing;
  if (epoch === null || epoch <= record.epoch) return null;
  const active = activeRegion(weights);
  const command = `understudy record ${record.service} --moved-to ${active ?? 'REGION'} --reason "…"`;
  return `the lever is at epoch ${epoch} and the ledger at ${record.epoch}: it was moved past Understudy, or the ledger was restored; say what was done: ${command}`;
}
