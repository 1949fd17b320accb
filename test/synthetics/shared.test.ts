import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { region } from '../../core/brand.ts';
import { canaryPlans } from '../../deployment/canaries.ts';
import { startRules } from '../../deployment/event-patterns.ts';
import { readEvent } from '../../handlers/parse/read-event.ts';
import { AwsFaults } from '../../loopback/aws/faults.ts';
import { wallClock } from '../../loopback/clock.ts';
import { cloudwatchService } from '../../loopback/cloudwatch/cloudwatch.ts';
import { parseEventPattern } from '../../loopback/events/event-pattern.ts';
import { handler } from '../../synthetics/shared.canary.ts';
import example from '../../understudy.config.ts';
import { account, awsServer, clientConfig, credentials } from '../loopback/aws/aws-fixture.ts';

/* The whole example behind one server: what is good and what is not is said by the path of each target. */

const failover = parseFailover({ ...example, sharedCanaries: true });

const observer = region('ca-central-1');
const statuses = new Map<string, number>();
const server = http.createServer((request, response) => {
  const [, service = '', at = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
  const status = statuses.get(`${service} ${at}`) ?? 200;
  const region = at === 'door' ? 'us-west-2' : at;
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ service, status: 'healthy', region }));
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
beforeEach(() => {
  statuses.clear();
  vi.unstubAllEnvs();
});

function targets(): object[] {
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return canaryPlans(failover, observer).flatMap(({ targets: all = [] }) =>
    all.map((target) => {
      const { name } = target as { readonly name: string };
      const [, service = '', at = ''] = /^understudy-(orders|payments)-(.+)$/.exec(name) ?? [];
      return { ...target, url: `${base}/${service}/${at === 'front-door' ? 'door' : at}`, resolvers: [] };
    }),
  );
}

interface Put {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

async function aws() {
  const put: Put[] = [];
  const faults = new AwsFaults();
  const events = {
    id: 'events' as const,
    operations: {
      async PutEvents({ Entries }: { readonly Entries: readonly Put[] }) {
        put.push(...Entries);
        return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: `e-${index}` })) };
      },
    },
  };
  const metrics = cloudwatchService({
    clock: wallClock,
    tempo: 1,
    aws: () => ({ account, call: async () => ({}) }),
    emit: () => {},
  });
  const started = await awsServer([events, metrics], faults);
  vi.stubEnv('AWS_ENDPOINT_URL', started.url);
  vi.stubEnv('AWS_REGION', observer);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  vi.stubEnv('UNDERSTUDY_CANARY', JSON.stringify({ targets: targets() }));
  const client = new CloudWatchClient(clientConfig(started, observer));
  return {
    put,
    faults,
    async seen(canary: string): Promise<readonly (number | undefined)[]> {
      const { Datapoints = [] } = await client.send(
        new GetMetricStatisticsCommand({
          Namespace: 'CloudWatchSynthetics',
          MetricName: 'SuccessPercent',
          Dimensions: [{ Name: 'CanaryName', Value: canary }],
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(Date.now() + 600_000),
          Period: 3_600,
          Statistics: ['Minimum'],
        }),
      );
      return Datapoints.map(({ Minimum }) => Minimum);
    },
  };
}

const names = ['orders', 'payments'].flatMap((service) =>
  ['us-east-1', 'us-west-2', 'front-door'].map((at) => `understudy-${service}-${at}`),
);

test('where all is well, each target has its metric, and nobody hears of anything', async () => {
  const { put, seen } = await aws();

  await handler();

  for (const name of names) expect([name, await seen(name)]).toEqual([name, [100]]);
  expect(put).toEqual([]);
});

test('what is bad reddens its own metric alone, and starts a run of its own service alone', async () => {
  const { put, seen } = await aws();
  statuses.set('orders us-east-1', 503);

  await expect(handler()).rejects.toThrow('1 of 6 are not well: understudy-orders-us-east-1: status: status 503');

  for (const name of names) {
    expect([name, await seen(name)]).toEqual([name, [name === 'understudy-orders-us-east-1' ? 0 : 100]]);
  }
  expect(put).toHaveLength(1);
  const [{ Source, DetailType, Detail } = { Source: '', DetailType: '', Detail: '{}' }] = put;
  const event = {
    id: 'e-0',
    account,
    region: observer,
    time: new Date().toISOString(),
    source: Source,
    'detail-type': DetailType,
    detail: JSON.parse(Detail) as object,
  };
  expect(startRules(failover).filter(({ pattern }) => matches(pattern, event))).toHaveLength(1);
  expect(readEvent(event, Date.now(), failover, Date.now())).toMatchObject({
    kind: 'request',
    request: { service: 'orders', from: 'us-east-1', mode: 'automatic' },
  });
});

test('where no canary is shared, nobody but AWS says that one failed', async () => {
  const alone = { ...failover, sharedCanaries: false };
  const event = {
    id: 'e-0',
    account,
    region: observer,
    time: new Date().toISOString(),
    source: 'understudy.canary',
    'detail-type': 'Synthetics Canary TestRun Failure',
    detail: { 'canary-name': 'understudy-orders-us-east-1' },
  };

  expect(startRules(alone).filter(({ pattern }) => matches(pattern, event))).toEqual([]);
  expect(readEvent(event, Date.now(), alone, Date.now())).toMatchObject({ kind: 'refused', reason: 'foreign-event' });
});

test('a run that could say nothing of what it saw fails with why', async () => {
  const { faults } = await aws();
  faults.set({ service: 'cloudwatch', operation: 'PutMetricData', fault: 'throttled' });

  await expect(handler()).rejects.toThrow(/^GraniteServiceVersion20100801.PutMetricData in ca-central-1 failed \(/);
});

const matches = (pattern: object, event: object) => parseEventPattern(JSON.stringify(pattern)).matches(event as never);
