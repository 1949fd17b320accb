import type { Instant } from './brand.ts';
import type { RoutingReading } from './evidence.ts';
import { recordCommand } from './next-steps.ts';
import { heldLease, type LedgerRecord, lastServing } from './record.ts';
import { leadingRegions, sharesText } from './routing.ts';
import type { Service } from './service.ts';

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
  const command = recordCommand(record.service, only);
  // Nobody but a person knows which of several was meant; the shares are recorded with either.
  const which = leading.length > 1 ? `, where REGION is ${leading.join(' or ')} (${sharesText(weights)})` : '';
  return `the lever is at epoch ${epoch} and the ledger at ${record.epoch}: it was moved past Understudy, or the ledger was restored; say what was done: ${command}${which}`;
}

/**
 * The same, and what no epoch shows: a lever without epochs, or a write under an old one, that leads elsewhere than where the last run, or
 * the last person who said so, left it. While a run is under way nothing is said.
 */
export function unrecordedMove(
  record: LedgerRecord,
  reading: RoutingReading,
  service: Service,
  now: Instant,
): string | null {
  const known = disagreement(record, reading);
  if (known !== null || reading.kind !== 'read') return known;
  if (heldLease(record, now) !== null) return null;
  const leading = leadingRegions(reading.routing.weights);
  const kept = lastServing(record, service);
  const [only] = leading;
  if (only === undefined || leading.some((region) => kept.includes(region))) return null;
  return `the lever leads to ${leading.join(', ')}, and the last run or person left it at ${kept.join(', ')}; say what was done: ${recordCommand(service.name, only)}`;
}
