import { expect, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { ServiceAlarms } from '../../infra/constructs/service-alarms.ts';
import example from '../../understudy.config.ts';
import { all, control, failover, synthesised } from './synthesised.ts';

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmActions: readonly string[];
}

const alarmsOf = (of: typeof failover) =>
  all<Alarm>(
    synthesised(of, control, ({ stack }) => {
      new ServiceAlarms(stack, 'ServiceAlarms', { failover: of, region: control, after: () => undefined });
    }),
    'AWS::CloudWatch::Alarm',
  ).filter(({ AlarmName }) => AlarmName.endsWith('-not-drilled'));

test('nobody hears that there was no drill who has not asked for that', () => {
  expect(alarmsOf(failover)).toEqual([]);
});

test('who has hears it where nobody is woken, of days without one that succeeded, and of none ever', () => {
  const [first, ...others] = example.services;
  if (first === undefined) throw new Error('the example has no service');
  const asked = { ...first, policy: { ...first.policy, drillWithinDays: 30 } };

  expect(alarmsOf(parseFailover({ ...example, services: [asked, ...others] }))).toMatchObject([
    {
      AlarmName: `${failover.name}-${first.name}-not-drilled`,
      MetricName: 'DaysSinceSuccessfulDrill',
      Threshold: 30,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [expect.stringContaining(failover.notify.topics.info)],
    },
  ]);
});
