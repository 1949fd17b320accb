import { expect, test } from 'vitest';
import type { AuroraLag, DynamoLag } from '../../../core/ready-hook.ts';
import { lag } from '../../../handlers/ready/lag.ts';
import { cloudWatchAt, cloudWatchClient } from '../../support/cloudwatch.ts';
import { home, standby, t0 } from '../../support/world.ts';
import { question } from './given.ts';

const minute = 60_000;
const now = t0 + 30 * minute;
const { clientIn, put } = await cloudWatchAt(now);
const table: DynamoLag = { kind: 'dynamodb-lag', table: 'orders', maxLagMs: 2_000, whenUnknown: 'ok' };
const aurora: AuroraLag = {
  kind: 'aurora-lag',
  clusters: { [home]: 'orders-a', [standby]: 'orders-b' },
  maxLagMs: 2_000,
  whenUnknown: 'veto',
};
const asked = (of: DynamoLag | AuroraLag, change = {}, at = now) =>
  lag(of, question({ when: 'readiness', ...change }), clientIn, { now: () => at });

const inTable = {
  namespace: 'AWS/DynamoDB',
  metric: 'ReplicationLatency',
  dimensions: { TableName: 'orders', ReceivingRegion: standby },
};
const inCluster = {
  namespace: 'AWS/RDS',
  metric: 'AuroraGlobalDBReplicationLag',
  dimensions: { DBClusterIdentifier: 'orders-b' },
};
put(home, inTable, now - 4 * minute, 60_000);
put(home, inTable, now - 2 * minute, 900);
put(standby, inCluster, now - minute, 40_000);

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
  const refused = await lag(table, question(), (region) => cloudWatchClient('http://127.0.0.1:1', region), {
    now: () => now,
  });
  expect(refused).toMatchObject({
    kind: 'ok',
    detail: expect.stringContaining(`CloudWatch of ${home} does not answer`),
  });
});
