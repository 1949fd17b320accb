import type { Instant } from './brand.ts';

/** In the order of a week. */
export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

export type Weekday = (typeof weekdays)[number];

/** What calendar and clock on the wall say. */
export interface Zoned {
  /** `2026-12-08` */
  readonly date: string;
  readonly weekday: Weekday;
  /** Since midnight by the clock. */
  readonly minutes: number;
}

export function zoned(at: Instant, timeZone: string): Zoned {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    date: `${of('year')}-${of('month')}-${of('day')}`,
    weekday: weekdays.find((name) => name === of('weekday').toUpperCase()) ?? 'MON',
    minutes: Number(of('hour')) * 60 + Number(of('minute')),
  };
}

/** Of `09:30`, or `24:00` for the end of a day. */
export function minutesOf(clock: string): number {
  const [hours = '', minutes = ''] = clock.split(':');
  return Number(hours) * 60 + Number(minutes);
}
