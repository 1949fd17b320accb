import { expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { region } from '../../core/brand.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { DrillSchedules } from '../../infra/constructs/drill-schedules.ts';
import example from '../../understudy.config.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

const outcomeAlarms = [{ name: 'checkout-errors', in: 'us-east-1' }];
const blockingAlarms = [{ name: 'sale-is-on', in: 'us-west-2' }];
const planned = parseFailover({
  ...example,
  drills: [
    {
      name: 'monthly',
      services: ['orders', 'payments'],
      schedule: 'cron(0 10 ? * TUE#2 *)',
      timeZone: 'Europe/Berlin',
      blockingAlarms,
      outcomeAlarms,
    },
  ],
});

interface Schedule {
  readonly Name: string;
  readonly Target: { readonly Input: string };
}

const template = synthesised(planned, control, ({ stack, deadLetters }) => {
  new DrillSchedules(stack, 'Drills', { failover: planned, region: control, deadLetters });
});

test('each service of a plan has a schedule, which tries for a minute and no longer', () => {
  const schedules = all<Schedule>(template, 'AWS::Scheduler::Schedule');

  expect(schedules.map(({ Name }) => Name)).toEqual([
    'understudy-drill-monthly-orders',
    'understudy-drill-monthly-payments',
  ]);
  expect(schedules[0]).toMatchObject({
    ScheduleExpression: 'cron(0 10 ? * TUE#2 *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    Target: {
      Arn: `arn:aws:states:${control}:123456789012:stateMachine:understudy-failover:live`,
      RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 },
      DeadLetterConfig: {},
    },
  });
  expect(JSON.parse(schedules[0]?.Target.Input ?? '')).toMatchObject({
    service: 'orders',
    mode: 'drill',
    plan: 'monthly',
    plannedFor: '<aws.scheduler.scheduled-time>',
  });
});

test('who looks at a drill may read the alarms of its plan, and no others', () => {
  const arn = (name: string, where: string) => `arn:aws:cloudwatch:${where}:123456789012:alarm:${name}`;
  const alarmsOf = (role: 'verify' | 'assess' | 'reconcile', of = planned) =>
    permissionsOf(role, of, region('us-west-2'))
      .filter(({ actions }) => actions.includes('cloudwatch:DescribeAlarms'))
      .flatMap(({ resources }) => resources)
      .filter((resource) => !resource.includes(':alarm:understudy-'));

  expect(alarmsOf('verify')).toEqual([arn('checkout-errors', 'us-east-1')]);
  for (const role of ['assess', 'reconcile'] as const) {
    expect(alarmsOf(role)).toEqual([arn('sale-is-on', 'us-west-2'), arn('checkout-errors', 'us-east-1')]);
  }
  expect(alarmsOf('verify', failover)).toEqual([]);
});
