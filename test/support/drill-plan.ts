import type { DrillPlan } from '../../core/drill-plan.ts';

/** Ten minutes of all traffic of `orders`, at any time. */
export const planOfOrders = (change: Partial<DrillPlan> = {}): DrillPlan => ({
  name: 'monthly',
  services: ['orders'],
  schedule: 'cron(0 10 ? * TUE#2 *)',
  timeZone: 'Europe/Berlin',
  percent: 100,
  holdMs: 600_000,
  allowedWindows: [],
  blockedDates: [],
  blockingAlarms: [],
  outcomeAlarms: [],
  ...change,
});
