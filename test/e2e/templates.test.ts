import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import { startAlarms } from '../../deployment/canary-alarms.ts';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { byHand } from './requests.ts';
import { until } from './until.ts';

const controlRegions = ['us-west-2', 'us-east-2'];
const here = deployment({ failover: configuration({ controlRegions }) });

describe.each(controlRegions)('the machine of %s may do', (where) => {
  test.each(['orders', 'payments'])('all that a move of %s needs, there and back', async (service) => {
    const away = await here.run(byHand(service, { to: standby }), where);
    expect(away).toMatchObject({ status: 'SUCCEEDED', ending: 'recovered' });
    // ARC's safety rules take nothing for five seconds after a change.
    const back = await until('the way back', async () => {
      const ended = await here.run(byHand(service, { to: home }), where);
      return ended.ending === 'recovered' && ended;
    });
    expect(back.status).toBe('SUCCEEDED');
  });
});

test('an event that nobody takes lies in the queue of its region, and an alarm tells of it', async () => {
  await here.awsFault({ service: 'states', operation: 'StartExecution', fault: 'unavailable' });
  await here.awsFault({ service: 'events', operation: 'PutEvents', fault: 'unavailable' });
  for (const observer of here.failover.observers) {
    const [alarm] = startAlarms(here.failover, region(observer));
    await withCloudWatch(observer, (client) =>
      client.send(new SetAlarmStateCommand({ AlarmName: alarm?.name, StateValue: 'ALARM', StateReason: 'red' })),
    );
  }

  for (const observer of here.failover.observers) {
    const letters = await until(`a letter in ${observer}`, () => {
      const [queue] = here.sandbox.loopback.queues.visible().filter((each) => each.region === observer);
      return queue !== undefined && queue.count > 0 && queue;
    });
    await until(`the alarm of ${letters.name} in ${observer}`, () =>
      withCloudWatch(observer, async (client) => {
        const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
        return MetricAlarms.some(
          ({ Namespace, Dimensions }) => Namespace === 'AWS/SQS' && Dimensions?.[0]?.Value === letters.name,
        );
      }),
    );
  }
});

async function withCloudWatch<T>(region: string, use: (client: CloudWatchClient) => Promise<T>): Promise<T> {
  const client = new CloudWatchClient(clientConfig(here.sandbox.addresses.aws, region));
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}
