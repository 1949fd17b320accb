import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import { cloudWatchArrivals } from '../../../handlers/adapters/arrivals.cloudwatch.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { cloudwatchService } from '../../../loopback/cloudwatch/cloudwatch.ts';
import { standby, t0 } from '../../support/world.ts';

const minute = 60_000;
const now = t0 + 30 * minute;
const cloudwatch = cloudwatchService({
  clock: { now: () => now, wait: () => new Promise(() => {}) },
  tempo: 1,
  aws: () => ({ account: '123456789012', call: () => Promise.reject(new Error('nobody is called')) }),
  emit: () => {},
});
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [cloudwatch] });
afterAll(() => aws.close());

const counts = cloudWatchArrivals(
  (name) =>
    new CloudWatchClient({
      endpoint: aws.url,
      region: name,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    }),
);
const requests = { namespace: 'AWS/ApiGateway', metric: 'Count', dimensions: { ApiName: 'payments', Stage: 'live' } };
const writes = { namespace: 'Payments', metric: 'Writes', dimensions: {} };
const left = region('us-east-1');
const span = { from: t0 + 10 * minute, to: t0 + 13 * minute };

const put = (where: string, of: { namespace: string; metric: string; dimensions: object }, at: number, Value: number) =>
  cloudwatch.publish(where, {
    Namespace: of.namespace,
    MetricData: [
      {
        MetricName: of.metric,
        Dimensions: Object.entries(of.dimensions).map(([Name, value]) => ({ Name, Value: value as string })),
        Timestamp: new Date(at),
        Value,
      },
    ],
  });

put(left, requests, t0 + 9 * minute, 1_000);
put(left, requests, t0 + 10 * minute, 40);
put(left, requests, t0 + 10 * minute + 59_000, 2);
put(left, requests, t0 + 12 * minute, 7);
put(left, requests, t0 + 13 * minute, 1_000);
put(left, writes, t0 + 12 * minute + 5_000, 3);
put(left, { ...requests, dimensions: { ApiName: 'orders' } }, t0 + 10 * minute, 1_000);
put(standby, requests, t0 + 10 * minute, 1_000);

test('sums are of the region, the metric and the whole minutes that were asked for, and of a minute without data none', async () => {
  const arrivals = { requests, writes, othersPerMinute: 0, periodMs: minute };

  expect(await counts.count(left, arrivals, span)).toEqual([
    { at: t0 + 10 * minute, requests: 42, writes: 0 },
    { at: t0 + 11 * minute, requests: 0, writes: 0 },
    { at: t0 + 12 * minute, requests: 7, writes: 3 },
  ]);
});

test('where nothing counts writes nothing is said of them', async () => {
  const counted = await counts.count(left, { requests, othersPerMinute: 0, periodMs: minute }, span);

  expect(counted.map(({ writes: those }) => those)).toEqual([null, null, null]);
});
