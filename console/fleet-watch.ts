import type { EvacuationStanding } from '../core/evacuation-text.ts';
import { whileAsked } from './while-asked.ts';

/** What goes on for the whole fleet. */
export interface FleetWatch {
  /** As it was read last; null where nothing is under way, or before the first time. Keeps reading for a while. */
  evacuation(): EvacuationStanding | null;
  close(): void;
}

/** A ledger that does not answer leaves what was read before: what services say tells that it is old. */
export function watchFleet(
  read: () => Promise<EvacuationStanding | null>,
  everyMs: number,
  now: () => number,
): FleetWatch {
  let standing: EvacuationStanding | null = null;
  const reading = whileAsked(
    async () => {
      standing = await read().catch(() => standing);
    },
    everyMs,
    now,
  );
  return {
    evacuation() {
      reading.asked();
      return standing;
    },
    close: () => reading.close(),
  };
}
