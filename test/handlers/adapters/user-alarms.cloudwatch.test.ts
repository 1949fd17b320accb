import { afterAll, beforeEach, expect, test } from 'vitest';
import { cloudWatchUsers } from '../../../handlers/adapters/user-alarms.cloudwatch.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import type { AwsService, Call } from '../../../loopback/aws/service.ts';
import { cloudWatchClient } from '../../support/cloudwatch.ts';
import { MemoryLog } from '../../support/memory/log.ts';
import { home, orders, standby, t0 } from '../../support/world.ts';

/** What DescribeAlarms finds, by region. */
const existing: Record<string, object[]> = {};
const asked: { region: string; names: readonly string[]; types: readonly string[] }[] = [];
const service: AwsService = {
  id: 'cloudwatch',
  operations: {
    async DescribeAlarms(input: { AlarmNames?: string[]; AlarmTypes?: string[] }, { region }: Call) {
      asked.push({ region, names: input.AlarmNames ?? [], types: input.AlarmTypes ?? [] });
      if (existing[region] === undefined) throw new Error('the region is lost');
      return { MetricAlarms: existing[region] };
    },
  },
};
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [service] });
afterAll(() => aws.close());
beforeEach(() => {
  for (const region of [home, standby]) existing[region] = [];
  asked.length = 0;
});

const log = new MemoryLog();
const users = cloudWatchUsers({
  log,
  clientIn: (region) => cloudWatchClient(aws.url, region),
});
const [first, second] = orders.regions;
if (first === undefined || second === undefined) throw new Error('the example has two regions');
const watched = {
  ...orders,
  regions: [
    {
      ...first,
      userAlarms: [
        { name: 'checkout-5xx', says: 'vote' },
        { name: 'slo-burn', in: standby, says: 'both' },
      ],
    },
    { ...second, userAlarms: [{ name: 'checkout-5xx', says: 'veto' }] },
  ],
} as const;

const alarm = (AlarmName: string, change: object = {}) => ({
  AlarmName,
  StateValue: 'ALARM',
  ActionsEnabled: true,
  StateUpdatedTimestamp: new Date(t0),
  StateTransitionedTimestamp: new Date(t0 - 60_000),
  ...change,
});

test('each is read where it stands, by its name, and says what it is to say of its region', async () => {
  existing[home] = [alarm('checkout-5xx')];
  existing[standby] = [alarm('slo-burn', { StateValue: 'OK', ActionsEnabled: false }), alarm('checkout-5xx')];

  const red = { state: 'ALARM', since: t0 - 60_000, muted: false };
  expect(await users.read(watched)).toEqual([
    { region: home, alarm: 'checkout-5xx', in: home, says: 'vote', ...red },
    { region: home, alarm: 'slo-burn', in: standby, says: 'both', state: 'OK', since: t0 - 60_000, muted: true },
    { region: standby, alarm: 'checkout-5xx', in: standby, says: 'veto', ...red },
  ]);
  expect(asked).toEqual(
    expect.arrayContaining([
      { region: home, names: ['checkout-5xx'], types: ['MetricAlarm'] },
      { region: standby, names: ['slo-burn', 'checkout-5xx'], types: ['MetricAlarm'] },
    ]),
  );
});

test('one that CloudWatch does not evaluate, or does not have, says so', async () => {
  existing[home] = [alarm('checkout-5xx', { EvaluationState: 'PARTIAL_DATA' })];

  const [broken, missing] = await users.read(watched);
  expect(broken).toMatchObject({ state: 'ALARM', evaluation: 'PARTIAL_DATA' });
  expect(missing).toMatchObject({ alarm: 'slo-burn', state: 'INSUFFICIENT_DATA', evaluation: 'NOT_FOUND' });
});

test('those of a region that does not answer are left out, and the others told', async () => {
  delete existing[home];
  existing[standby] = [alarm('slo-burn'), alarm('checkout-5xx')];

  expect((await users.read(watched)).map(({ in: where }) => where)).toEqual([standby, standby]);
  expect(log.warnings.at(-1)).toMatchObject({ facts: { service: 'orders', in: home } });
});

test('a service that names none asks nobody', async () => {
  expect(await users.read(orders)).toEqual([]);
  expect(asked).toEqual([]);
});
