import type { Instant } from './brand.ts';
import { minutesOf, type Weekday, weekdays, zoned } from './zoned.ts';

/** A time that has a name, such as office hours or the end of the year: freezes and approvals refer to it. */
export interface CalendarPeriod {
  /** By which others refer to it; told in verdicts and in messages. */
  readonly name: string;
  /** IANA's name, like `Europe/Berlin`, in which the windows are read. */
  readonly timeZone: string;
  /** It is the period within any of them. */
  readonly windows: readonly CalendarWindow[];
}

/**
 * Each week, by two times of day, or once, by two dates. What the clock on the wall shows decides, and nothing else: of an hour that
 * is skipped in spring a window has nothing, and of one that comes twice in autumn it has both.
 */
export interface CalendarWindow {
  /** Of a weekly window: the days on which it begins; each where none is said. */
  readonly days?: readonly Weekday[] | undefined;
  /** Its first moment: a time of day like `22:00`; or a date like `2026-12-20`, perhaps with a time, `2026-12-20T18:00`. */
  readonly from: string;
  /**
   * The moment at which it is over: a time of day, of the next day where it is not later than `from`; or a date with a time. A date
   * alone is the last day that belongs to it.
   */
  readonly until: string;
}

/** Whether a window is between two dates, and not each week. */
export const isDated = ({ from }: Pick<CalendarWindow, 'from'>): boolean => /^\d{4}-/.test(from);

/** Whether it is within any of the windows. */
export function isWithin(windows: readonly CalendarWindow[], timeZone: string, at: Instant): boolean {
  if (windows.length === 0) return false;
  const { date, weekday, minutes } = zoned(at, timeZone);
  const day = weekdays.indexOf(weekday);
  return windows.some((window) => {
    if (isDated(window)) return isBetween(window, `${date}T${clockOf(minutes)}`);
    const [from, until] = [minutesOf(window.from), minutesOf(window.until)];
    const begins = (on: number) => {
      const name = weekdays[(on + weekdays.length) % weekdays.length];
      return window.days === undefined || (name !== undefined && window.days.includes(name));
    };
    if (from < until) return begins(day) && minutes >= from && minutes < until;
    return (begins(day) && minutes >= from) || (begins(day - 1) && minutes < until);
  });
}

/** Names of the periods that it is. */
export const periodsAt = (calendar: readonly CalendarPeriod[], at: Instant): readonly string[] =>
  calendar.filter(({ windows, timeZone }) => isWithin(windows, timeZone, at)).map(({ name }) => name);

/** Both are written so that the order of letters is that of time. */
const isBetween = ({ from, until }: CalendarWindow, moment: string): boolean =>
  moment >= from && (until.includes('T') ? moment < until : moment.slice(0, until.length) <= until);

const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
