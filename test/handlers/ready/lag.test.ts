import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, expect, test } from 'vitest';
import type { AuroraLag, DynamoLag } from '../../../core/ready-hook.ts';
import { lag } from '../../../handlers/ready/lag.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import { cloudwatchService } from '../../../loopback/cloudwatch/cloudwatch.ts';
import { home, standby, t0 } from '../../support/world.ts';
import { question } from './given.ts';

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

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const clientIn = (region: string) => new CloudWatchClient({ endpoint: aws.url, region, credentials, maxAttempts: 1 });
const table: DynamoLag = { kind: 'dynamodb-lag', table: 'orders', maxLagMs: 2_000, whenUnknown: 'ok' };
const aurora: AuroraLag = {
  kind: 'aurora-lag',
  clusters: { [home]: 'orders-a', [standby]: 'orders-b' },
  maxLagMs: 2_000,
  whenUnknown: 'veto',
};
const asked = (of: DynamoLag | AuroraLag, change = {}, at = now) =>
  lag(of, question({ when: 'readiness', ...change }), clientIn, { now: () => at });

function put(region: string, Namespace: string, MetricName: string, dimensions: object, Value: number, at: number) {
  const Dimensions = Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: value as string }));
  cloudwatch.publish(region, { Namespace, MetricData: [{ MetricName, Dimensions, Timestamp: new Date(at), Value }] });
}
const inTable = { TableName: 'orders', ReceivingRegion: standby };
put(home, 'AWS/DynamoDB', 'ReplicationLatency', inTable, 60_000, now - 4 * minute);
put(home, 'AWS/DynamoDB', 'ReplicationLatency', inTable, 900, now - 2 * minute);
put(standby, 'AWS/RDS', 'AuroraGlobalDBReplicationLag', { DBClusterIdentifier: 'orders-b' }, 40_000, now - minute);

test('a global table says in the region that writes how far the target is behind: the latest word counts', async () => {
  expect(await asked(table)).toEqual({ kind: 'ok', detail: `${standby} is 900 ms behind, and may be 2000 ms` });
  expect(await asked({ ...table, maxLagMs: 500 })).toMatchObject({ kind: 'veto' });
});

test('an Aurora cluster that follows says so itself', async () => {
  expect(await asked(aurora)).toEqual({ kind: 'veto', detail: `${standby} is 40000 ms behind, and may be 2000 ms` });
});

test('what nobody knows means what the configuration says', async () => {
  const none = `how far ${standby} is behind is not known: CloudWatch of ${home} has no datum of the last five minutes`;
  expect(await asked(table, {}, now + 20 * minute)).toEqual({ kind: 'ok', detail: none });
  expect(await asked(aurora, {}, now + 20 * minute)).toMatchObject({ kind: 'veto' });
  expect(await asked(table, { from: null })).toMatchObject({ kind: 'ok', detail: expect.stringContaining('not said') });
  const refused = await lag(
    table,
    question(),
    () => new CloudWatchClient({ endpoint: 'http://127.0.0.1:1', region: home, credentials, maxAttempts: 1 }),
    { now: () => now },
  );
  expect(refused).toMatchObject({
    kind: 'ok',
    detail: expect.stringContaining(`CloudWatch of ${home} does not answer`),
  });
});
