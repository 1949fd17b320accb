import { afterAll, describe, expect, test } from 'vitest';
import { region } from '../../../core/brand.ts';
import type { AlarmReading } from '../../../core/evidence.ts';
import { cloudWatchAlarms } from '../../../handlers/adapters/alarms.cloudwatch.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import type { AwsService, Call } from '../../../loopback/aws/service.ts';
import { alarmsContract } from '../../contracts/observers.contract.ts';
import { ordersOnKvs } from '../../contracts/service.ts';
import { cloudWatchClient } from '../../support/cloudwatch.ts';
import { MemoryLog } from '../../support/memory/log.ts';

/** What DescribeAlarms finds, by region; beside ours the alarms of others. */
let existing: readonly (AlarmReading & { name?: string; updatedAt?: number })[] = [];
const asked: string[][] = [];
const service: AwsService = {
  id: 'cloudwatch',
  operations: {
    async DescribeAlarms({ AlarmNames = [] }: { AlarmNames?: string[] }, call: Call) {
      asked.push(AlarmNames);
      const MetricAlarms = existing
        .filter(({ observer }) => observer === call.region)
        .map(
          ({
            region: watched,
            state,
            since,
            evaluation,
            updatedAt = since,
            name = `understudy-orders-${watched}`,
          }) => ({
            AlarmName: name,
            StateValue: state,
            ...(evaluation !== undefined && { EvaluationState: evaluation }),
            StateUpdatedTimestamp: new Date(updatedAt),
            StateTransitionedTimestamp: new Date(since),
          }),
        )
        .filter(({ AlarmName }) => AlarmNames.includes(AlarmName));
      return { MetricAlarms };
    },
  },
};
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [service] });
afterAll(() => aws.close());

const observers = [region('us-east-2'), region('us-west-2'), region('ca-central-1')];

function newAlarms(timeoutMs = 4_000) {
  const log = new MemoryLog();
  const clientIn = (name: string) => cloudWatchClient(aws.url, name);
  return { log, alarms: cloudWatchAlarms({ failover: { name: 'understudy', observers }, clientIn, log, timeoutMs }) };
}

alarmsContract('CloudWatch', async (readings) => {
  existing = readings;
  return newAlarms().alarms;
});

describe('the alarms in CloudWatch', () => {
  const red = (observer: string, more: object = {}) => ({
    observer: region(observer),
    region: region('us-east-1'),
    state: 'ALARM' as const,
    since: 1_700_000_000_000,
    ...more,
  });

  test('asks for exact names: what others called theirs is not ours', async () => {
    existing = [red('us-east-2'), red('us-east-2', { name: 'understudy-orders-us-east-10' })];
    asked.length = 0;

    expect(await newAlarms().alarms.read(ordersOnKvs)).toEqual([red('us-east-2')]);
    expect(asked).toEqual(observers.map(() => ['understudy-orders-us-east-1', 'understudy-orders-us-west-2']));
  });

  test('counts from when the state was entered, not from its last update', async () => {
    existing = [red('us-east-2', { updatedAt: 1_700_000_500_000 })];

    const [reading] = await newAlarms().alarms.read(ordersOnKvs);

    expect(reading?.since).toBe(1_700_000_000_000);
  });

  test.each(['EVALUATION_ERROR', 'EVALUATION_FAILURE', 'PARTIAL_DATA', 'ONE_OF_TOMORROW'])(
    'says that one cannot be evaluated where CloudWatch says %s, and keeps its state',
    async (evaluation) => {
      existing = [red('us-east-2', { evaluation }), red('us-west-2')];

      expect(await newAlarms().alarms.read(ordersOnKvs)).toEqual([red('us-east-2', { evaluation }), red('us-west-2')]);
    },
  );

  test.each(['refused', 'throttled', 'hang'] as const)(
    'an observer whose region is %s is left out, and that is logged',
    async (kind) => {
      existing = observers.map((name) => red(name));
      const id = aws.faults.set({ region: 'us-west-2', fault: kind });
      const { alarms, log } = newAlarms(kind === 'hang' ? 300 : 4_000);

      const readings = await alarms.read(ordersOnKvs);

      expect(readings.map(({ observer }) => observer)).toEqual(['us-east-2', 'ca-central-1']);
      expect(log.warnings).toContainEqual({
        message: 'alarms could not be read',
        facts: { observer: 'us-west-2', service: 'orders', because: expect.any(String) },
      });
      aws.faults.clear(id);
    },
  );

  test('an alarm that is not there is left out, and that is logged', async () => {
    existing = [red('us-east-2')];
    const { alarms, log } = newAlarms();

    expect(await alarms.read(ordersOnKvs)).toHaveLength(1);
    expect(log.warnings.map(({ facts }) => facts['observer'])).toEqual(observers);
  });
});
