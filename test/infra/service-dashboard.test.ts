import { expect, test } from 'vitest';
import { metricNames } from '../../core/metric.ts';
import { ServiceDashboard } from '../../infra/constructs/service-dashboard.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

const [orders] = failover.services;
if (orders === undefined) throw new Error('the example has services');

const template = synthesised(failover, control, ({ stack }) => {
  new ServiceDashboard(stack, 'Dashboard', { failover, service: orders });
});
const [dashboard] = all<{ DashboardName: string; DashboardBody: unknown }>(template, 'AWS::CloudWatch::Dashboard');
const body = JSON.stringify(dashboard?.DashboardBody);

test('a service has a dashboard of its own name', () => {
  expect(dashboard?.DashboardName).toBe('understudy-orders');
});

test('it shows health from every observer, and who serves from every control region', () => {
  for (const observer of failover.observers) expect(body).toContain(`from ${observer}`);
  for (const region of failover.controlRegions) expect(body).toContain(region);
});

test('it shows every metric that is published, and none that is not', () => {
  const shown = [...body.matchAll(/Understudy\/understudy\\+",\\+"(\w+)/g)].map(([, name = '']) => name);
  expect(new Set(shown)).toEqual(new Set(metricNames));
});
