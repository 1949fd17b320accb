import type { Instant } from './brand.ts';
import { type End, follow, type Sight, sightOf, type TellingRules, type TroubleNews } from './trouble.ts';
import type { Trouble } from './trouble-record.ts';

/** Whom a message is for, and of which trouble it is news. */
export interface Telling {
  /** `record`: nobody has to hear of it. */
  readonly audience: 'people' | 'record';
  readonly trouble: TroubleNews | null;
}

export interface Ended extends End {
  readonly incident: string;
  /** People were asked in this run, or told that it moves traffic: they hear how it ended, whatever else they know. */
  readonly isExpected: boolean;
  /** Somebody moved the lever while this run did. */
  readonly isOvertaken: boolean;
  /** Why the run was not admitted; null where it was. */
  readonly refusal?: string | null | undefined;
  /** A drill that a plan began, and no person waits for. */
  readonly isPlanned?: boolean | undefined;
}

/**
 * Whom the end of a run is for, and what it says of its service. While a region is red a run begins every minute, and most have
 * nothing new to say; whoever started a run by hand hears how it ended, and where that is nobody else's business alone.
 */
export function tellingOf(
  end: Ended,
  trouble: Trouble | null,
  now: Instant,
  rules: TellingRules,
): Telling & { readonly sight: Sight | null } {
  const { ending, request, incident } = end;
  const own = sightOf(end);
  // What people wait for is news to them even where the same trouble is known.
  const known = own === null || follow(trouble, own, incident, now, rules).news === null;
  const region = request?.from ?? null;
  const sight: Sight | null = end.isExpected && known ? { kind: 'news', what: ending, region } : own;
  const news = sight === null ? null : follow(trouble, sight, incident, now, rules).news;
  const isForPeople = request?.mode === 'automatic' || request === null ? isNews(end, news) : concernsOthers(end);
  return { audience: isForPeople ? 'people' : 'record', trouble: isForPeople ? news : null, sight };
}

/** Told whatever is known: traffic went somewhere else, or nobody knows where. */
const isNews = ({ ending, isOvertaken, isExpected }: Ended, news: TroubleNews | null): boolean =>
  news !== null ||
  ending === 'recovered' ||
  ending === 'rollback-failed' ||
  (ending === 'fenced' && (isOvertaken || isExpected));

/** A rehearsal answers whoever asked for it. A move by hand is told, unless it was refused or had nothing to do. */
function concernsOthers({ ending, request, verdict, refusal, isPlanned }: Ended): boolean {
  if (refusal === 'drill-unknown') return true;
  // Nobody who asked is there to be answered: people see that it was skipped, and why.
  if (isPlanned === true) return true;
  if (ending === 'rollback-failed' || ending === 'unproven') return true;
  if (request?.mode === 'rehearsal' || ending === 'refused') return false;
  return !(verdict?.kind === 'hold' && verdict.reason === 'already-there');
}
