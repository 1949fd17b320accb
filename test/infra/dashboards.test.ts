import { expect, test } from 'vitest';
import { metricNames } from '../../core/metric.ts';
import { groupOf } from '../../deployment/groups.ts';
import { FleetDashboard } from '../../infra/constructs/fleet-dashboard.ts';
import { ServicesPage } from '../../infra/constructs/services-page.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

interface Dashboard {
  readonly DashboardName: string;
  readonly DashboardBody: unknown;
}

const [orders] = failover.services;
if (orders === undefined) throw new Error('the example has services');

const [page] = all<Dashboard>(
  synthesised(failover, control, ({ stack }) => {
    new ServicesPage(stack, 'Page', { failover, group: groupOf('orders') });
  }),
  'AWS::CloudWatch::Dashboard',
);
const body = JSON.stringify(page?.DashboardBody);

const fleetOf = (of: typeof failover) =>
  all<Dashboard>(
    synthesised(of, control, ({ stack }) => {
      new FleetDashboard(stack, 'Fleet', { failover: of });
    }),
    'AWS::CloudWatch::Dashboard',
  )[0];

test('a page has the services of its group, under the name of the group', () => {
  expect(page?.DashboardName).toBe(`understudy-page-${groupOf('orders')}`);
  for (const { name } of failover.services) expect(body).toContain(`understudy status ${name}`);
});

test('it shows health from every observer, and who serves from every control region', () => {
  for (const observer of failover.observers) expect(body).toContain(`from ${observer}`);
  for (const region of failover.controlRegions) expect(body).toContain(region);
});

test('it shows every metric that is published, and none that is not', () => {
  const shown = [...body.matchAll(/Understudy\/understudy\\+",\\+"(\w+)/g)].map(([, name = '']) => name);
  expect(new Set(shown)).toEqual(new Set(metricNames));
});

test('the dashboard of the fleet asks every control region for metrics that are published, and is as large whatever the fleet is', () => {
  const few = fleetOf(failover);
  const many = fleetOf({ ...failover, services: Array.from({ length: 100 }, () => orders) });
  const text = JSON.stringify(few?.DashboardBody);

  expect(few?.DashboardName).toBe('understudy-fleet');
  for (const region of failover.controlRegions) expect(text).toContain(region);
  const asked = [...text.matchAll(/SELECT [A-Z]+\((\w+)\) FROM SCHEMA\(\\+"Understudy\/understudy\\+", service\)/g)];
  expect(asked.length).toBeGreaterThan(5);
  for (const [, metric] of asked) expect(metricNames).toContain(metric);
  expect(many).toEqual(few);
});
