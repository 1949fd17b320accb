import { type Instant, type Region, unreachable } from './brand.ts';
import type { Ending, Request } from './incident.ts';
import type { Level, Trouble } from './trouble-record.ts';
import type { Verdict } from './verdict.ts';

/** What a run has to say of the state of its service. */
export type Sight =
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly what: string; readonly region: Region | null; readonly level: Level }
  /** Automation begins a move. */
  | { readonly kind: 'attempt'; readonly region: Region | null }
  /** People are told whatever they know: a question, its answer, the end of a move. `urgent`: of a move that nobody may miss. */
  | { readonly kind: 'news'; readonly what: string; readonly region: Region | null; readonly urgent?: boolean }
  /** The traffic was moved to where it is served. */
  | { readonly kind: 'moved' };

/** `opened`: people hear of it first, or anew · `reminded`: again, or that it became worse · `closed`: it is over. */
export interface TroubleNews {
  readonly id: string;
  readonly state: 'opened' | 'reminded' | 'closed';
  /** As in the trouble: `vetoed`, `held/all-regions-down`. */
  readonly what: string;
}

export interface TellingRules {
  /** While a trouble lasts people hear of it this often. */
  readonly remindAfterMs: number;
  /** A service that was well for so long is well again. */
  readonly wellAfterMs: number;
}

export interface Followed {
  /** What there is once the news was delivered. */
  readonly trouble: Trouble | null;
  /** Null where people have nothing to hear. */
  readonly news: TroubleNews | null;
}

/** Messages of a trouble within an hour; in four reminders' time where people want to be reminded more often than that. */
export const messagesMax = 8;
const hourMs = 3_600_000;
/** The rest is kept for the end, for an outage, and for a move that did not come out as it should. */
const ordinaryMax = 5;

/**
 * What becomes of a trouble by one more sight, and whether people hear of it. They do when it begins, when it becomes worse, again
 * every `remindAfterMs`, and when the service was well for `wellAfterMs`: flapping keeps it open. One that begins anew soon after
 * is the same, and has to be well for twice as long.
 */
export function follow(
  before: Trouble | null,
  sight: Sight,
  incident: string,
  now: Instant,
  rules: TellingRules,
): Followed {
  // No longer than an hour, or whoever wants fewer reminders would miss the outage of the next morning.
  const windowMs = Math.min(4 * rules.remindAfterMs, hourMs);
  const heard = (before?.heard ?? []).filter((at) => now - at < windowMs);
  const open = before !== null && before.closedAt === null ? before : null;
  const tell = (trouble: Trouble, state: TroubleNews['state']): Followed => ({
    trouble: { ...trouble, toldAt: now, heard: [...heard, now].slice(-messagesMax) },
    news: newsOf(trouble, state),
  });
  const begin = (what: string, region: Region | null, level: Level): Trouble => {
    const isSame = before !== null && before.closedAt !== null && now - before.closedAt < windowMs;
    return {
      id: isSame ? before.id : incident,
      openedAt: now,
      what,
      region,
      level,
      levelAt: now,
      toldAt: now,
      attemptAt: null,
      goodSince: null,
      closedAt: null,
      reopened: isSame ? before.reopened + 1 : 0,
      heard: isSame ? before.heard : [],
    };
  };
  /** Where people have heard as much as they are promised, it is open all the same, and told when there is room. */
  const beginning = (trouble: Trouble): Followed =>
    before !== null && trouble.heard.filter((at) => now - at < windowMs).length >= mostOf(trouble.level)
      ? { trouble: { ...trouble, toldAt: before.toldAt }, news: null }
      : tell(trouble, 'opened');

  switch (sight.kind) {
    case 'good': {
      if (open === null) return { trouble: before, news: null };
      const goodSince = open.goodSince ?? now;
      const isOver = now - goodSince >= rules.wellAfterMs * Math.min(2 ** open.reopened, 6);
      if (!isOver || heard.length >= messagesMax) return { trouble: { ...open, goodSince }, news: null };
      return tell({ ...open, goodSince, closedAt: now }, 'closed');
    }
    case 'bad': {
      const { what, region, level } = sight;
      if (open === null) return beginning(begin(what, region, level));
      const isWorse = level > open.level;
      // What was worse a while ago, and is no more, is news when it comes back.
      const isWorst = level >= open.level || now - open.levelAt >= rules.wellAfterMs;
      const next: Trouble = { ...open, goodSince: null, ...(isWorst && { level, levelAt: now }) };
      const isDue = isWorse || now - open.toldAt >= rules.remindAfterMs;
      if (!isDue || heard.length >= mostOf(isWorse || level === 4 ? level : 1)) return { trouble: next, news: null };
      return tell({ ...next, what, region }, 'reminded');
    }
    case 'attempt': {
      if (open === null) return beginning({ ...begin('moving', sight.region, 2), attemptAt: now });
      const isOldNews = open.attemptAt !== null && now - open.attemptAt < 2 * rules.remindAfterMs;
      if (isOldNews || heard.length >= ordinaryMax) return { trouble: { ...open, goodSince: null }, news: null };
      return tell({ ...open, goodSince: null, attemptAt: now }, 'reminded');
    }
    case 'news':
      if (open === null) return tell(begin(sight.what, sight.region, 2), 'opened');
      if (heard.length >= (sight.urgent === true ? messagesMax : ordinaryMax))
        return { trouble: { ...open, goodSince: null }, news: null };
      return tell({ ...open, what: sight.what, region: sight.region, goodSince: null }, 'reminded');
    case 'moved':
      return open === null ? { trouble: before, news: null } : tell({ ...open, closedAt: now }, 'closed');
    default:
      return unreachable(sight);
  }
}

/** Asked every minute: what is neither news nor the beginning or the end of being well needs not be written. */
export function changesTrouble(
  before: Trouble | null,
  sight: Sight,
  incident: string,
  now: Instant,
  rules: TellingRules,
): boolean {
  const { trouble, news } = follow(before, sight, incident, now, rules);
  return news !== null || (trouble?.goodSince ?? null) !== (before?.goodSince ?? null);
}

/** How many messages there may have been within the window for one more: an outage leaves room for one, which is the last word. */
const mostOf = (level: Level): number => (level === 4 ? messagesMax - 1 : level === 1 ? ordinaryMax : messagesMax - 2);

export const newsOf = ({ id, what }: Trouble, state: TroubleNews['state']): TroubleNews => ({ id, state, what });

/** Whether people know of a trouble that may be over, so that somebody has to look. */
export const isOpen = (trouble: Trouble | null): trouble is Trouble => trouble !== null && trouble.closedAt === null;

export interface End {
  readonly ending: Ending;
  readonly request: Pick<Request, 'mode' | 'from'> | null;
  readonly verdict: Verdict | null;
}

/** What people hear where automation begins to move: they wait for it where one of them was asked. */
export const moveSight = (wasAsked: boolean, region: Region | null): Sight =>
  wasAsked ? { kind: 'news', what: 'moving', region } : { kind: 'attempt', region };

/** What the end of a run says of its service; null where it says nothing, or a person asked for it and is answered. */
export function sightOf({ ending, request, verdict }: End): Sight | null {
  // What a drill did says nothing of what people were told before.
  if (request?.mode === 'drill') return null;
  if (ending === 'recovered') return { kind: 'moved' };
  if (request !== null && request.mode !== 'automatic') return null;
  const region = request?.from ?? null;
  const bad = (what: string, level: Level): Sight => ({ kind: 'bad', what, region, level });
  switch (ending) {
    case 'refused':
    case 'rehearsed':
      return null;
    case 'held':
      return verdict?.kind === 'hold' ? heldSight(verdict, region) : bad('held/unknown', 2);
    case 'failed':
      // On the way, nobody knows how far: that is worse than a run that never got to a move.
      return verdict?.kind === 'move' ? bad('failed/moving', 3) : bad('failed', 2);
    case 'vetoed':
    case 'shadowed':
      return bad(ending, 2);
    case 'declined':
    case 'unanswered':
      return { kind: 'news', what: ending, region };
    case 'rolled-back':
    case 'unproven':
    case 'rollback-failed':
      return { kind: 'news', what: ending, region, urgent: true };
    case 'fenced':
      return null;
    default:
      return unreachable(ending);
  }
}

function heldSight({ reason, diagnosis }: Extract<Verdict, { kind: 'hold' }>, region: Region | null): Sight | null {
  switch (reason) {
    case 'source-healthy':
      return { kind: 'good' };
    // Says nothing of the region that serves.
    case 'source-not-active':
    case 'already-there':
    case 'look-only':
    case 'failback-not-automatic':
    case 'home-not-green-long-enough':
      return null;
    case 'brown-out':
      return { kind: 'bad', what: 'held/brown-out', region, level: 2 };
    default: {
      // The way home, from a region that is well, did not come about.
      if (diagnosis === 'healthy') return { kind: 'good' };
      const level = isOutage(reason, diagnosis) ? 4 : unsure.has(reason) ? 1 : 2;
      return { kind: 'bad', what: `held/${reason}`, region, level };
    }
  }
}

const isOutage = (reason: string, diagnosis: string | null): boolean =>
  reason === 'nobody-serves' ||
  [reason, diagnosis].some((name) => name === 'all-regions-down' || name === 'everything-down');

/** No quorum says that the region is bad, or not for long enough. */
const unsure: ReadonlySet<string> = new Set([
  'dwell',
  'evidence-stale',
  'routing-unreadable',
  'path-broken',
  'observers-blind',
  'users-disagree',
]);
