import type { Instant } from './brand.ts';
import type { Evidence } from './evidence.ts';
import { type Freeze, heldFreezes } from './freeze.ts';
import { observersText, type TargetHealth } from './health.ts';
import type { Incident } from './incident.ts';

/** All freezes that hold for the service: by the calendar, as the evidence has them, and by a person's word. */
export const freezesOver = ({ freezes = [], ledger }: Pick<Evidence, 'freezes' | 'ledger'>, now: Instant) => [
  ...freezes,
  ...heldFreezes(ledger, now),
];

/**
 * Freezes that keep this run out of what they are of. A person moves whatever is frozen, and automation where the region that serves
 * is lost for everybody: what is half changed there may be worse than what is well, and is better than nothing.
 */
export function freezesAgainst(
  { mode }: Pick<Incident, 'mode'>,
  source: TargetHealth,
  evidence: Evidence,
  quorum: number,
  now: Instant,
): readonly Freeze[] {
  return mode !== 'automatic' || isDownForAll(source, quorum) ? [] : freezesOver(evidence, now);
}

/** A quorum sees it bad, and nobody who sees anything gets one good answer from it, to a read or to a write. */
export function isDownForAll({ good, bad, writesBad, abstained }: TargetHealth, quorum: number): boolean {
  const isSomewhatWell = abstained.some(({ because }) => because === 'unsteady');
  return bad.length >= quorum && good.length === 0 && writesBad.length === 0 && !isSomewhatWell;
}

/** To end a sentence with: a move into a region that is frozen, and why it is made all the same. */
export const thoughFrozen = ({ by, reason }: Freeze, { bad }: TargetHealth): string =>
  `; it is frozen by ${by} (${reason}), and moved to because every observer that sees anything finds the source down: ${observersText(bad)}`;
