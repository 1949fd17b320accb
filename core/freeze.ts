import type { Instant, Region } from './brand.ts';
import { type CalendarPeriod, periodsAt } from './calendar.ts';

/**
 * A change freeze by the calendar: while it holds automation moves nothing towards what it is of, unless the region that serves is
 * down for every observer that sees anything. Whatever is left out is meant as a whole: without all three it is of every service
 * and every region.
 */
export interface PlannedFreeze {
  /** Names of periods of the calendar; it holds within any of them. */
  readonly during: readonly string[];
  /** Why; whoever is held by it reads it. */
  readonly reason: string;
  /** Towards which nothing moves; every region where none is named. */
  readonly regions?: readonly Region[] | undefined;
  /** Names of the services that it is of; all, or those of its tiers, where none is named. */
  readonly services?: readonly string[] | undefined;
  /** Tiers of the services that it is of; the first is that of a service that names none. */
  readonly tiers?: readonly number[] | undefined;
}

/** A freeze that holds for one service now. */
export interface Freeze {
  /** Null where it is of every region. */
  readonly region: Region | null;
  /** Who says so: an identity, or the period of the calendar. */
  readonly by: string;
  readonly reason: string;
  /** When it ends by itself; null where the calendar says so. */
  readonly until: Instant | null;
}

/** What a freeze asks of a service. */
interface Frozen {
  readonly name: string;
  readonly tier?: number | undefined;
}

/** Freezes by the calendar that hold for the service at this moment. */
export function plannedFreezes(
  { calendar, freezes }: { readonly calendar: readonly CalendarPeriod[]; readonly freezes: readonly PlannedFreeze[] },
  service: Frozen,
  at: Instant,
): readonly Freeze[] {
  const mine = freezes.filter((freeze) => isOf(freeze, service));
  if (mine.length === 0) return [];
  const now = periodsAt(calendar, at);
  return mine.flatMap(({ during, reason, regions }) => {
    const period = during.find((name) => now.includes(name));
    if (period === undefined) return [];
    const which: readonly (Region | null)[] = regions ?? [null];
    return which.map((region) => ({ region, by: `the calendar (${period})`, reason, until: null }));
  });
}

/** A freeze by a person's word, as the record keeps it. */
export interface HeldFreeze extends Freeze {
  readonly at: Instant;
  /** It ends by itself: then automation moves again as it did. */
  readonly until: Instant;
}

/** Those of the record whose time is not over. */
export const heldFreezes = ({ freezes }: { readonly freezes: readonly HeldFreeze[] }, now: Instant) =>
  freezes.filter(({ until }) => now < until);

/** All that hold for the service: by the calendar, and by a person's word in its record. */
export const freezesNow = (
  all: Parameters<typeof plannedFreezes>[0],
  service: Frozen,
  record: { readonly freezes: readonly HeldFreeze[] },
  now: Instant,
): readonly Freeze[] => [...plannedFreezes(all, service, now), ...heldFreezes(record, now)];

/** What keeps automation out of the region; null where nothing does. */
export const freezeOf = (freezes: readonly Freeze[], region: Region): Freeze | null =>
  freezes.find((freeze) => freeze.region === null || freeze.region === region) ?? null;

/** A service is meant by its name or by its tier. */
function isOf({ services, tiers }: PlannedFreeze, { name, tier = 1 }: Frozen): boolean {
  if (services === undefined && tiers === undefined) return true;
  return (services?.includes(name) ?? false) || (tiers?.includes(tier) ?? false);
}
