import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmsAgainst, calendarRefusal, type DrillPlan, planOf, redText } from '../../core/drill-plan.ts';
import { planOfOrders } from '../support/drill-plan.ts';
import { home, orders } from '../support/world.ts';

const none = { calendar: [], freezes: [] };
const at = (text: string) => Date.parse(text);
const refusalOf = (plan: Partial<DrillPlan>, now: string, due = now) =>
  calendarRefusal(planOfOrders(plan), orders, none, at(due), at(now))?.refusal ?? null;

describe('the calendar of a plan', () => {
  test('has nothing against a drill in its time where it says nothing', () => {
    expect(refusalOf({}, '2026-12-08T09:00:40Z', '2026-12-08T09:00:00Z')).toBeNull();
  });

  test('skips what was missed, however good the moment is', () => {
    expect(refusalOf({}, '2026-12-08T09:05:01Z', '2026-12-08T09:00:00Z')).toBe('drill-late');
  });

  test('reads blocked dates by the calendar on the wall', () => {
    const blockedDates = ['2026-12-24'];
    expect(refusalOf({ blockedDates }, '2026-12-23T22:59:00Z')).toBeNull();
    expect(refusalOf({ blockedDates }, '2026-12-23T23:00:00Z')).toBe('drill-blocked-date');
    expect(refusalOf({ blockedDates, timeZone: 'UTC' }, '2026-12-23T23:00:00Z')).toBeNull();
  });

  test('is back by the end of a window, in summer and in winter', () => {
    const allowedWindows = [{ days: ['TUE', 'WED'], from: '09:00', until: '16:00' }] as const;
    // Berlin is an hour ahead in December, and two in July.
    expect(refusalOf({ allowedWindows }, '2026-12-08T08:00:00Z')).toBeNull();
    expect(refusalOf({ allowedWindows }, '2026-12-08T07:59:00Z')).toBe('drill-outside-window');
    expect(refusalOf({ allowedWindows }, '2027-07-06T07:00:00Z')).toBeNull();
    expect(refusalOf({ allowedWindows }, '2026-12-08T14:50:00Z')).toBeNull();
    expect(refusalOf({ allowedWindows }, '2026-12-08T14:51:00Z')).toBe('drill-outside-window');
    expect(refusalOf({ allowedWindows }, '2026-12-10T10:00:00Z')).toBe('drill-outside-window');
  });

  test('is back by the end of a window that begins again soon after', () => {
    const plan = { allowedWindows: [{ from: '10:00', until: '09:40' }], timeZone: 'UTC', holdMs: 50 * 60_000 };
    expect(refusalOf(plan, '2026-12-08T09:20:00Z')).toBe('drill-outside-window');
    expect(refusalOf(plan, '2026-12-08T08:50:00Z')).toBeNull();
    expect(refusalOf(plan, '2026-12-08T10:00:00Z')).toBeNull();
  });

  test('a window more never forbids what was allowed', () => {
    const clock = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:00`);
    const windows = fc.array(fc.record({ from: clock, until: clock }), { minLength: 1, maxLength: 3 });
    const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2028-01-01T00:00:00Z') });
    fc.assert(
      fc.property(windows, fc.record({ from: clock, until: clock }), moment, (allowedWindows, more, now) => {
        const few = calendarRefusal(planOfOrders({ allowedWindows }), orders, none, now, now);
        const many = calendarRefusal(
          planOfOrders({ allowedWindows: [...allowedWindows, more] }),
          orders,
          none,
          now,
          now,
        );
        expect(few === null && many !== null).toBe(false);
      }),
    );
  });
});

test('no planned drill begins in a change freeze of its service', () => {
  const windows = [{ from: '2026-12-07', until: '2026-12-09' }];
  const all = {
    calendar: [{ name: 'advent', timeZone: 'UTC', windows }],
    freezes: [{ during: ['advent'], reason: 'the shop is full', services: ['orders'] }],
  };
  const now = at('2026-12-08T09:00:00Z');
  expect(calendarRefusal(planOfOrders(), orders, all, now, now)).toEqual({
    refusal: 'drill-frozen',
    because: 'the calendar (advent) has a change freeze: the shop is full',
  });
  expect(calendarRefusal(planOfOrders(), { name: 'payments' }, all, now, now)).toBeNull();
});

test('a plan is for the services that it names, or for those of its tier', () => {
  const byTier = planOfOrders({ services: undefined, tier: 2 });
  expect(planOf([planOfOrders()], 'monthly', orders)?.name).toBe('monthly');
  expect(planOf([planOfOrders()], 'weekly', orders)).toBeNull();
  expect(planOf([byTier], 'monthly', { name: 'any', tier: 2 })).toBe(byTier);
  expect(planOf([byTier, planOfOrders({ tier: 1, services: undefined })], 'monthly', { name: 'any' })?.tier).toBe(1);
});

test('no drill begins while an alarm cannot be read, and none is ended by that', () => {
  const read = (state: 'OK' | 'ALARM' | 'UNKNOWN' | 'INSUFFICIENT_DATA') => [{ name: 'sales', in: home, state }];
  expect(alarmsAgainst(read('UNKNOWN'))).toBe('sales in us-east-1 is not to be read');
  expect(redText(read('UNKNOWN'))).toBeNull();
  expect(alarmsAgainst(read('ALARM'))).toBe(redText(read('ALARM')));
  // Of errors that nobody makes there is no data.
  expect(alarmsAgainst(read('INSUFFICIENT_DATA'))).toBeNull();
});
