import { afterAll, expect, test } from 'vitest';
import { cloudWatchDrillAlarms } from '../../../handlers/adapters/drill-alarms.cloudwatch.ts';
import { startAwsServer } from '../../../loopback/aws/server.ts';
import type { AwsService, Call } from '../../../loopback/aws/service.ts';
import { cloudWatchClient } from '../../support/cloudwatch.ts';
import { MemoryLog } from '../../support/memory/log.ts';
import { home, standby } from '../../support/world.ts';

const existing: Record<string, object[]> = {};
const service: AwsService = {
  id: 'cloudwatch',
  operations: {
    async DescribeAlarms({ AlarmNames = [] }: { AlarmNames?: string[] }, { region }: Call) {
      if (existing[region] === undefined) throw new Error('the region is lost');
      return {
        MetricAlarms: existing[region].filter((alarm) =>
          AlarmNames.includes((alarm as { AlarmName: string }).AlarmName),
        ),
      };
    },
  },
};
const aws = await startAwsServer({ port: 0, account: '123456789012', services: [service] });
afterAll(() => aws.close());

const alarms = cloudWatchDrillAlarms({
  log: new MemoryLog(),
  clientIn: (region) => cloudWatchClient(aws.url, region),
});

test('each alarm says how it stands, and what does not say is unknown', async () => {
  existing[home] = [
    { AlarmName: 'sales', StateValue: 'OK' },
    { AlarmName: 'errors', StateValue: 'ALARM' },
    { AlarmName: 'ill', StateValue: 'OK', EvaluationState: 'EVALUATION_ERROR' },
  ];
  const named = (name: string, where = home) => ({ name, in: where });
  const asked = [named('sales'), named('errors'), named('ill'), named('gone'), named('sales', standby)];

  const states = (await alarms.read(asked)).map(({ name, state }) => `${name}: ${state}`);

  expect(states).toEqual(['sales: OK', 'errors: ALARM', 'ill: UNKNOWN', 'gone: UNKNOWN', 'sales: UNKNOWN']);
  expect(await alarms.read([])).toEqual([]);
});
