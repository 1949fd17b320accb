import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CalendarWindow, isWithin, periodsAt } from '../../core/calendar.ts';
import { weekdays } from '../../core/zoned.ts';

const minute = 60_000;
const at = (text: string) => Date.parse(text);
const within = (window: CalendarWindow, timeZone: string, text: string) => isWithin([window], timeZone, at(text));

/** Minutes of a span in which a window holds. */
function held(window: CalendarWindow, timeZone: string, from: string, hours: number): number {
  let count = 0;
  for (let t = at(from); t < at(from) + hours * 60 * minute; t += minute) if (isWithin([window], timeZone, t)) count++;
  return count;
}

describe('a weekly window', () => {
  const night: CalendarWindow = { days: ['FRI'], from: '22:00', until: '06:00' };

  test('that ends earlier than it begins is over on the next day', () => {
    expect(within(night, 'UTC', '2026-12-18T21:59:59Z')).toBe(false);
    expect(within(night, 'UTC', '2026-12-18T22:00:00Z')).toBe(true);
    expect(within(night, 'UTC', '2026-12-19T05:59:59Z')).toBe(true);
    expect(within(night, 'UTC', '2026-12-19T06:00:00Z')).toBe(false);
    // The night before it is Thursday's.
    expect(within(night, 'UTC', '2026-12-18T03:00:00Z')).toBe(false);
  });

  test('over the end of a week is one as well', () => {
    expect(within({ ...night, days: ['SUN'] }, 'UTC', '2026-12-21T03:00:00Z')).toBe(true);
  });

  test('is read in its zone, in summer and in winter', () => {
    const office: CalendarWindow = { from: '09:00', until: '17:00' };
    expect(within(office, 'Europe/Berlin', '2026-12-08T08:00:00Z')).toBe(true);
    expect(within(office, 'Europe/Berlin', '2026-07-07T07:00:00Z')).toBe(true);
    expect(within(office, 'Europe/Berlin', '2026-12-08T07:00:00Z')).toBe(false);
    expect(within(office, 'Asia/Kathmandu', '2026-12-08T03:15:00Z')).toBe(true);
  });
});

describe('two dates', () => {
  test('hold from the first day to the end of the last, in the zone', () => {
    const end: CalendarWindow = { from: '2026-12-20', until: '2027-01-04' };
    expect(within(end, 'America/New_York', '2026-12-20T04:59:59Z')).toBe(false);
    expect(within(end, 'America/New_York', '2026-12-20T05:00:00Z')).toBe(true);
    expect(within(end, 'America/New_York', '2027-01-05T04:59:59Z')).toBe(true);
    expect(within(end, 'America/New_York', '2027-01-05T05:00:00Z')).toBe(false);
  });

  test('with times hold between the two moments', () => {
    const release: CalendarWindow = { from: '2026-12-18T18:00', until: '2026-12-21T08:00' };
    expect(within(release, 'UTC', '2026-12-18T17:59:00Z')).toBe(false);
    expect(within(release, 'UTC', '2026-12-18T18:00:00Z')).toBe(true);
    expect(within(release, 'UTC', '2026-12-21T07:59:59Z')).toBe(true);
    expect(within(release, 'UTC', '2026-12-21T08:00:00Z')).toBe(false);
  });
});

describe('where clocks are changed', () => {
  // Berlin 2027: 28 March 02:00 becomes 03:00; 31 October 03:00 becomes 02:00.
  const [spring, autumn] = ['2027-03-27T23:00:00Z', '2027-10-30T22:00:00Z'];

  test('a window in the hour that is skipped never holds, and one that begins in it begins when that is over', () => {
    expect(held({ from: '02:15', until: '02:45' }, 'Europe/Berlin', spring, 23)).toBe(0);
    expect(held({ from: '02:30', until: '04:00' }, 'Europe/Berlin', spring, 23)).toBe(60);
    expect(within({ from: '02:30', until: '04:00' }, 'Europe/Berlin', '2027-03-28T01:00:00Z')).toBe(true);
  });

  test('a window in the hour that comes twice holds twice', () => {
    expect(held({ from: '02:15', until: '02:45' }, 'Europe/Berlin', autumn, 25)).toBe(60);
    expect(held({ from: '01:00', until: '04:00' }, 'Europe/Berlin', autumn, 25)).toBe(240);
  });

  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'UTC');
  const clock = fc.integer({ min: 0, max: 24 * 60 - 1 }).map(clockText);
  /** Within a day of a change of clocks of one of the zones, and of none. */
  const moment = fc
    .constantFrom(
      spring,
      autumn,
      '2027-03-14T07:00:00Z',
      '2027-11-07T06:00:00Z',
      '2027-04-03T15:00:00Z',
      '2027-06-01T00:00:00Z',
    )
    .chain((near) => fc.integer({ min: -1_440, max: 1_440 }).map((minutes) => at(near) + minutes * minute));
  const days = fc.option(fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }), { nil: undefined });

  test('a window and the rest of the day are the whole of time, and have nothing in common', () => {
    const two = fc.uniqueArray(clock, { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(zone, two, moment, (timeZone, [from = '', until = ''], now) => {
        expect(isWithin([{ from, until }], timeZone, now)).not.toBe(
          isWithin([{ from: until, until: from }], timeZone, now),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('the days of a week are the whole week', () => {
    fc.assert(
      fc.property(zone, clock, clock, moment, (timeZone, from, until, now) => {
        const apart = weekdays.filter((day) => isWithin([{ days: [day], from, until }], timeZone, now));
        expect(apart.length > 0).toBe(isWithin([{ from, until }], timeZone, now));
        expect(apart.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1_000 },
    );
  });

  test('one window more never takes time away', () => {
    const window = fc.record({ days, from: clock, until: clock });
    fc.assert(
      fc.property(zone, fc.array(window), window, moment, (timeZone, windows, more, now) => {
        if (isWithin(windows, timeZone, now)) expect(isWithin([...windows, more], timeZone, now)).toBe(true);
      }),
    );
  });

  test('a day by its date is as long as the clocks make it', () => {
    const day = (date: string): CalendarWindow => ({ from: date, until: date });
    expect(held(day('2027-03-28'), 'Europe/Berlin', spring, 48)).toBe(23 * 60);
    expect(held(day('2027-10-31'), 'Europe/Berlin', autumn, 48)).toBe(25 * 60);
    // Lord Howe changes by half an hour, Santiago at midnight: that day begins at one.
    expect(held(day('2027-04-04'), 'Australia/Lord_Howe', '2027-04-03T00:00:00Z', 48)).toBe(24.5 * 60);
    expect(held(day('2026-09-06'), 'America/Santiago', '2026-09-05T12:00:00Z', 48)).toBe(23 * 60);
  });
});

test('it may be several periods at once, and none', () => {
  const calendar = [
    { name: 'office', timeZone: 'UTC', windows: [{ from: '09:00', until: '17:00' }] },
    { name: 'december', timeZone: 'UTC', windows: [{ from: '2026-12-01', until: '2026-12-31' }] },
  ];
  expect(periodsAt(calendar, at('2026-12-08T10:00:00Z'))).toEqual(['office', 'december']);
  expect(periodsAt(calendar, at('2026-11-08T20:00:00Z'))).toEqual([]);
});

function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
