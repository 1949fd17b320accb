import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { expect, onTestFinished, test } from 'vitest';
import type { Failover } from '../../core/service.ts';
import { spoiltMetric } from '../../sandbox/arrivals.ts';
import { understudy } from './cli.ts';
import { configuration, home } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { until } from './until.ts';

const usual = configuration();
const failover: Failover = {
  ...usual,
  services: usual.services.map((service) => ({
    ...service,
    regions: service.regions.map((each) => ({ ...each, userAlarms: [{ name: `${service.name}-5xx`, says: 'vote' }] })),
  })),
};
const here = deployment({ failover });

/** What a load balancer at home would count, while users get what no probe meets. */
function badAnswers(service: string): void {
  const client = new CloudWatchClient(clientConfig(here.sandbox.addresses.aws, home));
  const { namespace: Namespace, metric: MetricName, dimensions } = spoiltMetric(service, home);
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const timer = setInterval(() => {
    const MetricData = [{ MetricName, Dimensions, Unit: 'Count' as const, Value: 7, Timestamp: new Date() }];
    client.send(new PutMetricDataCommand({ Namespace, MetricData })).catch(() => {});
  }, 100);
  onTestFinished(() => {
    clearInterval(timer);
    client.destroy();
  });
}

test('users that are not well where probes find all well are told, with nothing moved, and stand in status', async () => {
  badAnswers('orders');

  const told = await until('people hear', async () => {
    await here.reconcile();
    return here.told('slack').find((subject) => subject.includes('users-disagree'));
  });
  expect(told).toBe('orders stays where it is (users-disagree)');
  expect(here.leverWrites).toEqual([]);
  const decided = (await here.entries('orders')).flatMap(({ what }) => (what.kind === 'decided' ? [what] : []));
  expect(decided.at(-1)?.evidence.users).toContainEqual(
    expect.objectContaining({ region: home, alarm: 'orders-5xx', state: 'ALARM', muted: false }),
  );
  const { stdout } = await understudy(['status', 'orders', '--no-look', '--endpoint', here.sandbox.addresses.aws]);
  expect(stdout).toMatch(/^ {2}users {7}us-east-1 is NOT well by orders-5xx in us-east-1 \(vote\), red for /m);
  expect(stdout).toMatch(/^ {2}users {7}us-west-2 is well by orders-5xx in us-west-2 \(vote\)$/m);
});
