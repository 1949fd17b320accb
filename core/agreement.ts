import type { RoutingReading } from './evidence.ts';
import type { LedgerRecord } from './record.ts';
import { leadingRegions, sharesText } from './routing.ts';

/**
 * What the ledger does not know of the lever, in a sentence; null where they agree. Every run takes its epoch in the ledger before it
 * writes it at the lever, so the ledger may be ahead and the lever may not.
 */
export function disagreement(record: LedgerRecord, reading: RoutingReading): string | null {
  if (reading.kind !== 'read') return null;
  const { epoch, weights } = reading.routing;
  if (epoch === null || epoch <= record.epoch) return null;
  const leading = leadingRegions(weights);
  const [only] = leading.length === 1 ? leading : [];
  const command = `understudy record ${record.service} --moved-to ${only ?? 'REGION'} --reason "…"`;
  // Nobody but a person knows which of several was meant; the shares are recorded with either.
  const which = leading.length > 1 ? `, where REGION is ${leading.join(' or ')} (${sharesText(weights)})` : '';
  return `the lever is at epoch ${epoch} and the ledger at ${record.epoch}: it was moved past Understudy, or the ledger was restored; say what was done: ${command}${which}`;
}
