import { expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { freezeOf, type PlannedFreeze, plannedFreezes } from '../../core/freeze.ts';
import { home, standby } from '../support/world.ts';

const calendar = [{ name: 'year-end', timeZone: 'UTC', windows: [{ from: '2026-12-20', until: '2027-01-03' }] }];
const now = Date.parse('2026-12-24T18:00:00Z');
const held = (freeze: Partial<PlannedFreeze>, service = { name: 'orders', tier: 2 }, at = now) =>
  plannedFreezes({ calendar, freezes: [{ during: ['year-end'], reason: 'sales', ...freeze }] }, service, at);

test('a freeze by the calendar is of every service and region, unless it says otherwise', () => {
  expect(held({})).toEqual([{ region: null, by: 'the calendar (year-end)', reason: 'sales', until: null }]);
  expect(held({ regions: [standby, home] }).map((freeze) => freeze.region)).toEqual([standby, home]);
  expect(held({ services: ['orders'] })).toHaveLength(1);
  expect(held({ services: ['payments'] })).toEqual([]);
  expect(held({ services: ['payments'], tiers: [2] })).toHaveLength(1);
  expect(held({ tiers: [1] })).toEqual([]);
  expect(held({ tiers: [1] }, { name: 'orders' } as { name: string; tier: number })).toHaveLength(1);
});

test('and holds while the calendar says so, not before and not after', () => {
  expect(held({}, undefined, Date.parse('2026-12-19T23:59:59Z'))).toEqual([]);
  expect(held({}, undefined, Date.parse('2027-01-04T00:00:00Z'))).toEqual([]);
});

test('a region is kept out of by its own freeze, or by one of all', () => {
  expect(freezeOf(held({ regions: [standby] }), standby)?.reason).toBe('sales');
  expect(freezeOf(held({ regions: [standby] }), home)).toBeNull();
  expect(freezeOf(held({}), region('eu-west-1'))?.reason).toBe('sales');
});
