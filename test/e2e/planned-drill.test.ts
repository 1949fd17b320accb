import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { PastDrill } from '../../core/drill-record.ts';
import type { Failover } from '../../core/service.ts';
import { planOfOrders } from '../support/drill-plan.ts';
import { understudy } from './cli.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { until } from './until.ts';

/* Templates that ship, with a schedule of EventBridge Scheduler that begins a drill every 45 s, at 20 × pace. A busy machine has time for each. */
const alarm = { name: 'checkout-errors', in: home as Failover['observers'][number] };
const plan = planOfOrders({
  name: 'practice',
  schedule: 'cron(0/15 * ? * * *)',
  holdMs: 600_000,
  percent: 50,
  outcomeAlarms: [alarm],
});
const here = deployment({
  failover: { ...configuration({ byArc: {} }), drills: [plan] },
  canaries: true,
  tempo: 20,
});
const patienceMs = 150_000;
const cli = (...args: string[]) => understudy([...args, '--endpoint', here.sandbox.addresses.aws]);
const weights = async () => (await here.lever('orders')).weights;
const over = (what: string, is: (past: PastDrill) => boolean) =>
  until(
    what,
    async () => {
      const { lastDrill } = await here.record('orders');
      return lastDrill !== null && is(lastDrill) && lastDrill;
    },
    patienceMs,
  );

let cloudwatch: CloudWatchClient;
const sets = (StateValue: 'OK' | 'ALARM') =>
  cloudwatch.send(new SetAlarmStateCommand({ AlarmName: alarm.name, StateValue, StateReason: 'a test' }));
beforeAll(async () => {
  cloudwatch = new CloudWatchClient(clientConfig(here.sandbox.addresses.aws, home));
  const about = { AlarmName: alarm.name, Namespace: 'Shop', MetricName: 'Errors', Statistic: 'Sum' } as const;
  const when = { Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' } as const;
  await cloudwatch.send(new PutMetricAlarmCommand({ ...about, ...when, TreatMissingData: 'ignore' }));
  await sets('OK');
});
afterAll(() => cloudwatch.destroy());

describe('a drill of a plan', { timeout: 2 * patienceMs }, () => {
  test('begins by its schedule, and is back before anybody has done anything', async () => {
    const { incident, plan: of } = await over('a drill succeeded', ({ result }) => result === 'SUCCEEDED');

    expect(of).toBe('practice');
    const [admitted] = await here.happenings('orders', incident, 'admitted');
    expect(admitted?.incident).toMatchObject({ requestedBy: 'plan practice', drill: { percent: 50 } });
    expect(await weights()).toEqual({ [home]: 1000, [standby]: 0 });
    expect(here.told('slack')).toContain(
      `orders: drill moved 50 % from ${home} to ${standby}, verified with real requests`,
    );
    expect(here.told('sns understudy-critical')).toEqual([]);
  });

  test('is SKIPPED while the service is paused, and status says so', async () => {
    await cli('pause', 'orders', '--reason', 'a release');
    onTestFinished(async () => void (await cli('resume', 'orders')));
    const skipped = await over('a drill was skipped by the pause', ({ because }) => because.startsWith('paused'));

    expect(skipped).toMatchObject({ plan: 'practice', because: expect.stringMatching(/^paused: .* paused orders/) });
    expect(here.leverWrites).toEqual([]);
    const { stdout } = await cli('status', 'orders', '--no-look');
    expect(stdout).toMatch(/last drill +\S+ s ago: practice@\S+ SKIPPED: paused/);
    expect(stdout).toContain('planned     drill practice: cron(0/15 * ? * * *) in Europe/Berlin, 50 %');
    expect(stdout).toMatch(/refused +in drills: .*paused \(\d+ s ago\)/);
    await until('people saw it', () => here.told('slack').includes('orders: drill skipped (paused)'));
  });

  test('is aborted by an outcome alarm, and its traffic led back before its time', async () => {
    await until(
      'traffic is away, and proven',
      async () => ((await here.record('orders')).drill?.outMs ?? null) !== null,
      patienceMs,
    );
    const drill = (await here.record('orders')).drill;
    await sets('ALARM');

    const past = await over('the drill is over', ({ incident }) => incident === drill?.incident);
    expect(past).toMatchObject({
      result: 'FAILED',
      because: `checkout-errors in ${home} is red while the traffic is away: it was led back at once`,
    });
    expect(past.endedAt).toBeLessThan(drill?.until ?? 0);
    expect(await weights()).toEqual({ [home]: 1000, [standby]: 0 });
    await sets('OK');
  });
});
