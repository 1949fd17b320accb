import type { Instant, Region } from './brand.ts';
import type { Ending, Request } from './incident.ts';
import type { Verdict } from './verdict.ts';

/** A trouble without a move that people have heard of: kept in the ledger, one for each. */
export interface Told extends Trouble {
  readonly at: Instant;
}

export interface Trouble {
  /** How the run ended, and why where it held: `vetoed`, `held/all-regions-down`. */
  readonly what: string;
  /** The region that automation would have left; null where the run did not name it. */
  readonly region: Region | null;
}

export interface Telling {
  /** `record`: nobody has to hear of it. */
  readonly audience: 'people' | 'record';
  /** What people know once this was delivered; null where it is told every time, or never. */
  readonly trouble: Trouble | null;
  /** Whether what people know of this region is over. */
  readonly isOver: boolean;
}

/**
 * Whom the end of a run is for. While a region is red a run begins every minute, and most have nothing new to say: people hear of a
 * trouble once, again every `remindAfterMs` while it lasts, and when it is over. What moved, or was undone, they hear every time, and
 * so does whoever started a run by hand.
 */
export function tellingOf(
  { ending, request, verdict }: { ending: Ending; request: Request | null; verdict: Verdict | null },
  told: readonly Told[],
  now: Instant,
  remindAfterMs: number,
): Telling {
  if (request !== null && request.mode !== 'automatic') return toPeople;
  if (ending === 'refused') return toRecord;
  const region = request?.from ?? null;
  switch (ending) {
    case 'held': {
      const reason = verdict?.kind === 'hold' ? verdict.reason : 'unknown';
      // Whoever moved the service away from there knows.
      if (reason === 'source-not-active') {
        return { ...toRecord, isOver: region !== null && told.some((known) => known.region === region) };
      }
      if (reason === 'source-healthy') {
        const isOver = told.some((known) => isOf(known, region));
        return { ...(isOver ? toPeople : toRecord), isOver };
      }
      return ofTrouble({ what: `held/${reason}`, region });
    }
    case 'failed':
      // On the way, nobody knows how far: that is another trouble than a run that never got to a move.
      return ofTrouble({ what: verdict?.kind === 'move' ? 'failed/moving' : 'failed', region });
    case 'vetoed':
    case 'declined':
      return ofTrouble({ what: ending, region });
    default:
      return toPeople;
  }

  function ofTrouble(trouble: Trouble): Telling {
    const isKnown = lately(told, region, now, remindAfterMs).some(({ what }) => what === trouble.what);
    return isKnown ? toRecord : { ...toPeople, trouble };
  }
}

/** Whether people know that moves away from this region come to nothing, so that another attempt is no news. */
export const isKnownToFail = (
  told: readonly Told[],
  region: Region | null,
  now: Instant,
  remindAfterMs: number,
): boolean => lately(told, region, now, remindAfterMs).some(({ what }) => !what.startsWith('held/'));

/** What people heard of a region, and need not hear again yet. */
const lately = (told: readonly Told[], region: Region | null, now: Instant, remindAfterMs: number): readonly Told[] =>
  told.filter((known) => isOf(known, region) && now - known.at < remindAfterMs);

/** A run that the front door started names no region, and means the one that serves: so does every other that comes to a trouble. */
export const isOf = (known: Trouble, region: Region | null): boolean =>
  known.region === region || known.region === null || region === null;

const toPeople: Telling = { audience: 'people', trouble: null, isOver: false };
const toRecord: Telling = { audience: 'record', trouble: null, isOver: false };
