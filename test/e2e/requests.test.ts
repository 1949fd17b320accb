import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configuration, home, standby } from './configuration.ts';
import { clientConfig, deployment } from './deployment.ts';
import { alarmEvent, byHand } from './requests.ts';
import { until } from './until.ts';

const here = deployment({ failover: configuration() });

const hourAgo = Date.now() - 3_600_000;

describe('refused, recorded and explained, with nothing written:', () => {
  test.for([
    [
      'no object',
      'moves please',
      'malformed',
      'understudy',
      /the input is a string, not an object\. Send a CloudWatch/,
    ],
    [
      'an event without a type',
      { source: 'aws.cloudwatch', detail: {} },
      'malformed',
      'understudy',
      /detail-type: is missing\. Send/,
    ],
    [
      'an alarm without a name',
      alarmEvent('orders', { detail: { alarmName: 7 } }),
      'malformed',
      'understudy',
      /detail\.alarmName: .*Look at the rule/,
    ],
    [
      'an alarm at no point in time',
      alarmEvent('orders', { envelope: { time: 'noon' } }),
      'malformed',
      'understudy',
      /time: is no point in time.*Look at the rule/,
    ],
    [
      'another kind of event',
      { 'detail-type': 'EC2 Instance State-change Notification' },
      'noise',
      'understudy',
      /detail-type: "EC2 .*" starts nothing\. Send/,
    ],
    [
      'an alarm that is green',
      alarmEvent('orders', { detail: { state: { value: 'OK' } } }),
      'noise',
      'orders',
      /detail\.state\.value: .* is OK; only ALARM/,
    ],
    [
      'somebody else’s alarm',
      alarmEvent('orders', { detail: { alarmName: 'cpu-high' } }),
      'foreign-event',
      'understudy',
      /alarm cpu-high in us-east-2 is not one of ours\. Deliver only/,
    ],
    [
      'our alarm’s name in another account',
      alarmEvent('orders', { envelope: { account: '999999999999' } }),
      'foreign-event',
      'understudy',
      /not one of ours/,
    ],
    [
      'our alarm’s name in a region that observes nothing',
      alarmEvent('orders', { envelope: { region: 'eu-west-3' } }),
      'foreign-event',
      'understudy',
      /not one of ours/,
    ],
    [
      'an event that is an hour old',
      alarmEvent('orders', { at: hourAgo }),
      'stale-event',
      'orders',
      /time: .* ms ago; .* starts nothing\. Ask again/,
    ],
    [
      'an unknown service',
      byHand('refunds'),
      'unknown-service',
      'understudy',
      /service: "refunds" is not one of orders, payments/,
    ],
    [
      'an unknown region',
      byHand('orders', { to: 'eu-north-1' }),
      'unknown-region',
      'orders',
      /to: "eu-north-1" is not a region of orders: us-east-1, us-west-2/,
    ],
    ['a mistyped member', byHand('orders', { too: standby }), 'malformed', 'understudy', /too.*Send/],
    [
      'a request without a reason',
      { service: 'orders', requestedBy: 'Ada' },
      'malformed',
      'understudy',
      /reason: .*Send/,
    ],
  ] as const)('%s', async ([, input, reason, keptUnder, because]) => {
    const before = await here.record('orders');

    const run = await here.run(input);

    expect(run).toMatchObject({ status: 'SUCCEEDED', ending: 'refused', incident: null });
    const entries = await here.entries(keptUnder);
    // By the event's own id where it could be read: delivered twice it is recorded once.
    const id = reason !== 'malformed' && typeof input === 'object' && 'id' in input ? input.id : run.arn;
    expect(entries.find((entry) => entry.id === `refused/${id}`)).toMatchObject({
      what: { kind: 'refused', reason },
      text: expect.stringMatching(because),
    });
    expect(here.leverWrites).toEqual([]);
    expect(await here.record('orders')).toEqual(before);
    expect(here.told('sns understudy-info')).toHaveLength(1);
  });
});

test('S3-B7, X3: an event that is delivered twice moves once', async () => {
  await here.fault(home, 'dark');
  const event = alarmEvent('orders');

  const ends = await Promise.all([here.run(event), here.run(event)]);
  ends.push(await here.run(event));

  expect(ends.map(({ ending }) => ending).sort()).toEqual(['recovered', 'refused', 'refused']);
  expect(here.leverWrites).toHaveLength(1);
  const refusals = (await here.entries('orders')).filter(({ id }) => id === `refused/${event.id}`);
  expect(refusals).toHaveLength(1);
  await here.comeHome('orders');
});

describe('by way of EventBridge', () => {
  const region = standby;
  let cloudWatch: CloudWatchClient;
  beforeAll(() => {
    cloudWatch = new CloudWatchClient(clientConfig(here.sandbox.addresses.aws, region));
  });
  afterAll(() => cloudWatch.destroy());
  const redden = (AlarmName: string) =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'by hand' }));

  test('nobody can play CloudWatch', async () => {
    const client = new EventBridgeClient(clientConfig(here.sandbox.addresses.aws, region));
    const { detail, ...envelope } = alarmEvent('orders');
    const entry = { DetailType: envelope['detail-type'], Detail: JSON.stringify(detail) };

    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...entry, Source: 'aws.cloudwatch' },
          { ...entry, Source: 'my.cloudwatch' },
        ],
      }),
    );
    client.destroy();

    expect(answer.Entries?.[0]?.ErrorCode).toBe('NotAuthorizedForSourceException');
    await onlyOurAlarmStartsARun(`understudy-orders-${home}`);
  });

  test('an alarm of somebody else starts nothing', async () => {
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'cpu-high',
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 90,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await redden('cpu-high');

    await onlyOurAlarmStartsARun(`understudy-payments-${home}`);
  });

  /** What the others would have started was started before ours, or never: events are delivered as they come. */
  async function onlyOurAlarmStartsARun(alarm: string) {
    await redden(alarm);
    const byEvents = (status: string) =>
      here.events.flatMap((event) => (event.kind === 'execution' && event.status === status ? [event.execution] : []));
    const [executionArn] = await until('the run that our alarm has started ends', () => {
      const ended = byEvents('SUCCEEDED').filter((arn) => byEvents('RUNNING').includes(arn));
      return ended.length > 0 && ended;
    });

    expect(byEvents('RUNNING')).toEqual([executionArn]);
    const client = new SFNClient(clientConfig(here.sandbox.addresses.aws, region));
    const { input, output, ...started } = await client.send(new DescribeExecutionCommand({ executionArn }));
    client.destroy();
    expect(started).toMatchObject({
      stateMachineAliasArn: expect.stringMatching(/:stateMachine:understudy-failover:live$/),
      stateMachineVersionArn: expect.stringMatching(/:stateMachine:understudy-failover:1$/),
    });
    expect(JSON.parse(input ?? '')).toMatchObject({ source: 'aws.cloudwatch', detail: { alarmName: alarm } });
    expect(JSON.parse(output ?? '').ending).toBeOneOf(['held', 'refused']);
    expect(here.leverWrites).toEqual([]);
  }
});
