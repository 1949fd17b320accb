import { expect, test } from 'vitest';
import { ConfigurationMistake, parseFailover } from '../../config/define-failover.ts';
import { scaleFailover } from '../../config/scale.ts';
import { warningsOf } from '../../config/warnings.ts';
import example from '../../understudy.config.ts';

const [first] = example.services;
if (first === undefined) throw new Error('the example has no service');
const plan = { name: 'monthly', services: [first.name], schedule: 'cron(0 10 ? * TUE#2 *)' };
const parsed = (...drills: object[]) => parseFailover({ ...example, drills });
function mistakesOf(...drills: object[]): readonly string[] {
  try {
    parsed(...drills);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationMistake) return error.mistakes;
    throw error;
  }
}

test('a plan needs a name, who practises, and when', () => {
  expect(parsed(plan).drills).toEqual([
    {
      ...plan,
      timeZone: 'UTC',
      percent: 100,
      holdMs: 1_800_000,
      allowedWindows: [],
      blockedDates: [],
      blockingAlarms: [],
      outcomeAlarms: [],
    },
  ]);
  expect(warningsOf(parsed(plan)).filter((line) => line.startsWith('drills'))).toEqual([]);
  expect(mistakesOf({ ...plan, schedule: 'rate(30 days)' })).toEqual([]);
  expect(mistakesOf({ ...plan, services: undefined, tier: 1 })).toEqual([]);
});

test.each([
  [{ schedule: 'every tuesday' }, 'drills[0].schedule must be rate(30 days), or cron() with six fields'],
  [{ schedule: 'cron(0 10 * * * *)' }, 'drills[0].schedule must have ? for the day or for the weekday'],
  [{ schedule: 'rate(1 days)' }, 'drills[0].schedule must be rate(30 days)'],
  [{ timeZone: 'Berlin' }, 'drills[0].timeZone must be a time zone'],
  [{ blockedDates: ['2026-02-30'] }, 'drills[0].blockedDates[0] must be a day like 2026-12-24'],
  [{ allowedWindows: [{ from: '16:00', until: '16:00' }] }, 'drills[0].allowedWindows[0]'],
  [{ allowedWindows: [{ from: '09:00', until: '09:20' }] }, 'drills[0].allowedWindows[0] is shorter than holdMs'],
  [{ services: ['nobody'] }, 'drills[0].services[0] is nobody, which is not one of'],
  [{ services: undefined, tier: 9 }, 'drills[0].tier is 9, and no service is of it'],
  [{ tier: 1 }, 'drills[0] must have services or a tier, and not both'],
  [
    { services: ['payments'], percent: 10 },
    'drills[0].percent is 10, and the lever of payments, arc, knows all or nothing',
  ],
  [{ holdMs: 3_600_001 }, 'drills[0].holdMs must be at most an hour'],
  [{ name: 'm'.repeat(40), services: ['payments'] }, 'longer than 64 characters'],
  [{ outcomeAlarms: [{ name: 'a*', in: 'us-east-1' }] }, 'drills[0].outcomeAlarms[0].name'],
])('%j is refused where it stands', (change, told) => {
  expect(mistakesOf({ ...plan, ...change }).join('\n')).toContain(told);
});

test('two plans of one name are one too many', () => {
  expect(mistakesOf(plan, { ...plan, schedule: 'rate(1 day)' }).join('\n')).toContain('drills[1].name repeats monthly');
});

test('a faster world holds shorter, and never less than a drill may', () => {
  expect(scaleFailover(parsed({ ...plan, holdMs: 60_000 }), 20).drills[0]?.holdMs).toBe(3_000);
  expect(scaleFailover(parsed({ ...plan, holdMs: 2_000 }), 20).drills[0]?.holdMs).toBe(1_000);
});
