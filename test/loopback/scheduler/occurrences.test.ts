import { describe, expect, test } from 'vitest';
import { occurrences } from '../../../loopback/scheduler/occurrences.ts';

const firstOf = (expression: string, timeZone: string, after: string, many = 1) => {
  const next = occurrences(expression, timeZone);
  const found: string[] = [];
  for (let at: number | null = Date.parse(after); found.length < many; ) {
    at = next(at);
    if (at === null) break;
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
};
const after = '2026-11-28T09:00:00Z';

describe('cron, by the table of the service', () => {
  test.each([
    ['cron(0 10 * * ? *)', ['2026-11-28T10:00', '2026-11-29T10:00']],
    ['cron(0 10 ? * 1 *)', ['2026-11-29T10:00', '2026-12-06T10:00']],
    ['cron(0 10 ? * TUE#2 *)', ['2026-12-08T10:00', '2027-01-12T10:00']],
    ['cron(0 10 ? * 3#2 *)', ['2026-12-08T10:00', '2027-01-12T10:00']],
    ['cron(0 10 L * ? *)', ['2026-11-30T10:00', '2026-12-31T10:00']],
    ['cron(0 10 ? * 6L *)', ['2026-12-25T10:00', '2027-01-29T10:00']],
    ['cron(0 10 ? * L *)', ['2026-11-28T10:00', '2026-12-05T10:00']],
    ['cron(0 10 15W * ? *)', ['2026-12-15T10:00', '2027-01-15T10:00']],
    ['cron(5/20 10 ? * MON-FRI *)', ['2026-11-30T10:05', '2026-11-30T10:25']],
    ['cron(0 10 1 1 ? 2027-2028)', ['2027-01-01T10:00', '2028-01-01T10:00']],
  ])('%s', (expression, expected) => {
    expect(firstOf(expression, 'UTC', after, 2)).toEqual(expected);
  });

  test('of years that are over nothing is due', () => {
    expect(firstOf('cron(0 10 1 1 ? 2020)', 'UTC', after)).toEqual([]);
  });
});

describe('a time zone', () => {
  test('is that of the clock on the wall, in summer and in winter', () => {
    expect(firstOf('cron(0 10 1 * ? *)', 'Europe/Berlin', '2027-02-15T00:00:00Z', 2)).toEqual([
      '2027-03-01T09:00',
      '2027-04-01T08:00',
    ]);
  });

  test('leaves out what the clock leaves out, and is due once where it stands twice', () => {
    expect(firstOf('cron(30 2 * * ? *)', 'Europe/Berlin', '2027-03-27T12:00:00Z')).toEqual(['2027-03-29T00:30']);
    expect(firstOf('cron(30 2 * * ? *)', 'Europe/Berlin', '2027-10-30T12:00:00Z', 2)).toEqual([
      '2027-10-31T00:30',
      '2027-11-01T01:30',
    ]);
  });
});

test('a single time is due once, in its zone', () => {
  expect(firstOf('at(2026-12-01T10:00:00)', 'America/New_York', after, 2)).toEqual(['2026-12-01T15:00']);
  expect(firstOf('at(2026-11-01T10:00:00)', 'UTC', after)).toEqual([]);
});

test.each([
  ['cron(0 10 * * * *)', 'UTC'],
  ['cron(0 10 ? * ? *)', 'UTC'],
  ['cron(0 10 * * ?)', 'UTC'],
  ['cron(61 10 * * ? *)', 'UTC'],
  ['cron(@daily)', 'UTC'],
  ['at(tomorrow)', 'UTC'],
  ['cron(0 10 * * ? *)', 'Europe/Nowhere'],
])('%s in %s is refused', (expression, timeZone) => {
  expect(() => occurrences(expression, timeZone)).toThrow('is not valid');
});
