import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import { alarmsClient, cloudWatchAlarms } from '../../../handlers/adapters/alarms.cloudwatch.ts';
import { arcClient, arcCluster } from '../../../handlers/adapters/arc-cluster.ts';
import { beaconClient, cloudWatchBeacon } from '../../../handlers/adapters/beacon-metric.ts';
import { hookClient, lambdaHooks } from '../../../handlers/adapters/hooks.lambda.ts';
import { kvsClient, kvsStore } from '../../../handlers/adapters/kvs-store.ts';
import { dynamoLedger, ledgerClient } from '../../../handlers/adapters/ledger.dynamodb.ts';
import { statesClient, statesStarter } from '../../../handlers/adapters/starter.states.ts';
import { lambdaVantages, vantageClient } from '../../../handlers/adapters/vantages.lambda.ts';
import { slackNotifier } from '../../../handlers/channels/slack.ts';
import { snsClient, snsNotifier } from '../../../handlers/channels/sns.ts';
import { foreignHabitsContract } from '../../contracts/foreign-habits.contract.ts';
import { message } from '../../contracts/notifier.contract.ts';
import { hook, question } from '../../contracts/observers.contract.ts';
import { beaconOf, controls, ordersOnKvs, storeArn } from '../../contracts/service.ts';
import { habitualServer, queryError, says, silent, stalls, trickles } from '../../support/habits.ts';
import { MemoryLog } from '../../support/memory/log.ts';

process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

const here = region('us-west-2');
const clock = { now: () => 1_700_000_000_000 };
const reach = (endpoint: string, answerMs: number) => ({ endpoint, answerMs, connectMs: 20_000 });
const json = (body: unknown, headers = {}) => ({ body: JSON.stringify(body), headers });

const ledgerAt = (url: string, answerMs: number) =>
  dynamoLedger({
    client: ledgerClient(here, reach(url, answerMs)),
    tableName: 'ledger',
    clock,
    random: Math.random,
    wait,
    newVersion: randomUUID,
  });

foreignHabitsContract('DynamoDB, the ledger', {
  connect: (url, answerMs) => {
    const ledger = ledgerAt(url, answerMs);
    return () => ledger.read('orders');
  },
  ok: json({}),
  gaveUp: expect.objectContaining({ name: expect.stringMatching(/^LedgerUnavailable$|^ConfigurationError$/) }),
  attempts: 3,
});

foreignHabitsContract('the KeyValueStore', {
  connect: (url, answerMs) => {
    const store = kvsStore(kvsClient(here, reach(url, answerMs)), storeArn);
    return () => store.etag();
  },
  ok: json({ KvsARN: storeArn, ItemCount: 0, TotalSizeInBytes: 0, Created: 1 }, { etag: 'E1' }),
  gaveUp: expect.any(Error),
  attempts: 2,
});

const beaconAt = (url: string, answerMs: number) =>
  cloudWatchBeacon(beaconClient(here, reach(url, answerMs)), beaconOf(), 'orders');

foreignHabitsContract('CloudWatch, a beacon read', {
  connect: (url, answerMs) => {
    const beacon = beaconAt(url, answerMs);
    return () => beacon.read(clock.now());
  },
  ok: json({ MetricDataResults: [{ Id: 'sum', Timestamps: [1_700_000_000], Values: [7] }] }),
  gaveUp: expect.any(Error),
  attempts: 2,
});

foreignHabitsContract('CloudWatch, a beacon written', {
  connect: (url, answerMs) => {
    const beacon = beaconAt(url, answerMs);
    return () => beacon.put(7, clock.now());
  },
  ok: json({}),
  gaveUp: expect.any(Error),
  attempts: 1,
  once: true,
});

foreignHabitsContract('CloudWatch, the alarms', {
  connect: (url, answerMs) => {
    const client = alarmsClient(here, reach(url, answerMs));
    const failover = { name: 'understudy', observers: [here] };
    const alarms = cloudWatchAlarms({
      failover,
      clientIn: () => client,
      log: new MemoryLog(),
      timeoutMs: 3 * answerMs,
    });
    return () => alarms.read(ordersOnKvs);
  },
  ok: json({
    MetricAlarms: [
      { AlarmName: 'understudy-orders-us-east-1', StateValue: 'OK', StateTransitionedTimestamp: 1_700_000_000 },
    ],
  }),
  gaveUp: [],
  attempts: 2,
});

foreignHabitsContract('Lambda, a vantage', {
  connect: (url, answerMs) => {
    const client = vantageClient(here, { endpoint: url, connectMs: 20_000 });
    const vantages = lambdaVantages({ clientIn: () => client, functionName: 'vantage', overheadMs: answerMs });
    const aim = {
      target: { kind: 'front-door' },
      url: 'http://127.0.0.1:1',
      expectedRegion: null,
      resolvers: [],
    } as const;
    const healthy = { ...ordersOnKvs.healthy, timeoutMs: 1 };
    return () => vantages.burst(here, [{ ...aim, healthy }], { count: 1, intervalMs: 1 });
  },
  ok: json({ observer: here, startedAt: 1, observations: [] }),
  gaveUp: expect.objectContaining({ name: 'ObserverUnavailable' }),
  attempts: 2,
});

foreignHabitsContract('Lambda, a hook', {
  connect: (url, answerMs) => {
    const client = hookClient(here, { endpoint: url, connectMs: 20_000 });
    const hooks = lambdaHooks({ clientIn: () => client });
    return () => hooks.call({ ...hook, timeoutMs: answerMs }, question);
  },
  ok: json({ kind: 'ok', detail: '' }),
  gaveUp: expect.objectContaining({ kind: 'failed' }),
  attempts: 1,
  once: true,
});

foreignHabitsContract('Step Functions, a start', {
  connect: (url, answerMs) => {
    const machine = 'arn:aws:states:us-west-2:123456789012:stateMachine:understudy-failover:live';
    const starter = statesStarter(statesClient(here, reach(url, answerMs)), machine);
    const run = { service: 'orders', mode: 'automatic', reason: 'red', requestedBy: 'test' } as const;
    return () => starter.start('orders', run, 'run-1');
  },
  ok: json({ executionArn: 'arn:aws:states:us-west-2:123456789012:execution:understudy-failover:run-1', startDate: 1 }),
  gaveUp: expect.objectContaining({ name: expect.stringMatching(/^StartFailed$|^ConfigurationError$/) }),
  attempts: 2,
});

foreignHabitsContract('SNS', {
  connect: (url, answerMs) => {
    const topics = {
      critical: 'arn:aws:sns:us-west-2:123456789012:critical',
      info: 'arn:aws:sns:us-west-2:123456789012:info',
    };
    const notifier = snsNotifier({ client: snsClient(here, reach(url, answerMs)), topics });
    return () => notifier.send(message);
  },
  ok: {
    headers: { 'content-type': 'text/xml' },
    body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  },
  gaveUp: expect.objectContaining({ name: 'NotificationFailed' }),
  attempts: 2,
  error: queryError,
});

const arcRegions = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'];
const arcAt = (urls: readonly string[], answerMs: number) =>
  arcCluster({
    endpoints: arcRegions.map((name, index) => ({ region: name, url: urls[index % urls.length] ?? '' })),
    clientOf: (endpoint) => arcClient(endpoint, { connectMs: 20_000, answerMs }),
    clock: { now: Date.now },
    random: () => 0,
    wait,
    endpointTimeoutMs: answerMs,
  });
const control = controls['us-east-1'];

foreignHabitsContract('ARC, five endpoints', {
  connect: (url, answerMs) => {
    const cluster = arcAt([url], answerMs);
    return () => cluster.read([control]);
  },
  ok: json({ RoutingControlArn: control, RoutingControlState: 'On' }),
  gaveUp: expect.objectContaining({ name: expect.stringMatching(/^LeverUnavailable$|^ConfigurationError$/) }),
  attempts: 5,
  places: 5,
});

describe('ARC, one endpoint of five', () => {
  test.each(Object.entries({ stalls, trickles, silent }))('that %s is left for the next', async (_, habit) => {
    await using bad = await habitualServer(() => habit);
    await using good = await habitualServer(() =>
      says(json({ RoutingControlArn: control, RoutingControlState: 'On' })),
    );
    const cluster = arcAt([bad.url, good.url], 500);

    expect(await cluster.read([control])).toEqual({ [control]: 'On' });
    expect([bad.asked.length, good.asked.length]).toEqual([1, 1]);
  });

  test('whose clock is wrong and that reads well does not spoil the write', async () => {
    const answer = json({ RoutingControlArn: control, RoutingControlState: 'On' });
    await using server = await habitualServer(() => says(answer, 3_600_000));
    const cluster = arcAt([server.url], 20_000);
    await cluster.read([control]);

    expect(await cluster.update({ [control]: 'Off' }, new Set())).toEqual({ kind: 'written', endpoint: 0 });

    expect(Math.abs((server.asked.at(-1)?.signedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe.concurrent('Slack, whatever the other side does', () => {
  const notifierAt = (url: string, timeoutMs: number) =>
    slackNotifier({ webhookUrl: `${url}/services/secret`, wait, timeoutMs, retryAfterMaxMs: 60_000 });
  const gaveUp = { name: 'NotificationFailed', message: expect.not.stringContaining('secret') };

  test.each(Object.entries({ trickles: says({ status: 429, headers: { 'retry-after': '0' } }), silent }))(
    'gives up on a server that %s',
    async (_, habit) => {
      await using server = await habitualServer((_, index) => (index === 0 ? habit : silent));

      await expect(notifierAt(server.url, 500).send(message)).rejects.toMatchObject(gaveUp);
      expect(server.asked.length).toBeLessThanOrEqual(2);
    },
  );

  test.each(Object.entries({ stalls, trickles }))('was told all the same when the answer %s', async (_, habit) => {
    await using server = await habitualServer(() => habit);

    await notifierAt(server.url, 20_000).send(message);

    expect(server.asked).toHaveLength(1);
  });

  test('waits for no pause that is longer than its patience', async () => {
    const busy = { status: 429, headers: { 'retry-after': '5' } };
    await using server = await habitualServer(() => says(busy));

    await expect(notifierAt(server.url, 4_000).send(message)).rejects.toMatchObject(gaveUp);
    expect(server.asked).toHaveLength(1);
  });
});
