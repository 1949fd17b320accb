import { describe, expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import example from '../../understudy.config.ts';

const period = { name: 'year-end', timeZone: 'Europe/Berlin', windows: [{ from: '2026-12-20', until: '2027-01-03' }] };

function mistakesOf(change: object): readonly string[] {
  try {
    parseFailover({ ...example, ...change });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationMistake) return error.mistakes;
    throw error;
  }
}

const windows = (...all: object[]) => ({ calendar: [{ ...period, windows: all }] });

describe('a calendar', () => {
  test('has weekly windows and dates', () => {
    const all = [
      { days: ['FRI'], from: '22:00', until: '06:00' },
      { from: '00:00', until: '24:00' },
      { from: '2026-12-20T18:00', until: '2026-12-21' },
      { from: '2026-12-20T18:00', until: '2026-12-20' },
    ];
    expect(mistakesOf(windows(...all))).toEqual([]);
  });

  test.each([
    [windows({ from: '2026-02-30', until: '2026-03-01' }), 'must be a time of day like 09:30, or a date'],
    [windows({ from: '9:30', until: '10:00' }), 'must be a time of day like 09:30, or a date'],
    [windows({ from: '09:30', until: '2026-12-20' }), 'must have two times of day, or two dates'],
    [windows({ from: '2026-12-20', until: '2026-12-19' }), 'is over at 2026-12-19, before it begins'],
    [windows({ days: ['MON'], from: '2026-12-20', until: '2026-12-21' }), 'take the days out'],
    [windows({ from: '09:00', until: '09:00' }), 'for a whole day write 00:00 until 24:00'],
    [{ calendar: [{ ...period, timeZone: 'Mars/Olympus' }] }, 'must be a time zone by IANA’s name'],
    [{ calendar: [period, period] }, 'repeats year-end'],
    [{ freezes: [{ during: ['year-end'], reason: 'sales' }] }, 'the calendar has no period'],
    [{ calendar: [period], freezes: [{ during: ['summer'], reason: 'sales' }] }, 'the calendar has year-end'],
    [{ calendar: [period], freezes: [{ during: ['year-end'], reason: '' }] }, 'must say why'],
    [
      { calendar: [period], freezes: [{ during: ['year-end'], reason: 'sales', services: ['oders'] }] },
      'is oders, which is not one of',
    ],
    [
      { calendar: [period], freezes: [{ during: ['year-end'], reason: 'sales', regions: ['eu-south-1'] }] },
      'is eu-south-1, and no service has it',
    ],
    [{ calendar: [period], freezes: [{ during: ['year-end'], reason: 'sales', tiers: [9] }] }, 'no service is of it'],
  ])('%j is refused, and says why', (change, why) => {
    expect(mistakesOf(change).join('\n')).toContain(why);
  });
});
