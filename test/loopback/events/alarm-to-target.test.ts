import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  GetTopicAttributesCommand,
  InvalidParameterException,
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AwsService } from '../../../loopback/aws/service.ts';
import { cloudwatchService } from '../../../loopback/cloudwatch/cloudwatch.ts';
import { eventsService } from '../../../loopback/events/events.ts';
import { snsService } from '../../../loopback/sns/sns.ts';
import { account, awsServer, cli, clientConfig, clis, failure } from '../aws/aws-fixture.ts';
import { startReceiver } from '../sns/receiver.ts';
import { virtualClock } from '../virtual-clock.ts';

const machine = `arn:aws:states:us-west-2:${account}:stateMachine:understudy-failover`;
const bus = `arn:aws:events:us-west-2:${account}:event-bus/default`;
const lambda = `arn:aws:lambda:us-east-1:${account}:function:understudy-notify`;
const role = `arn:aws:iam::${account}:role/events`;

/** The three services behind the real server, with stand-ins for those that are only reached from them. */
async function world() {
  const clock = virtualClock();
  const started: { input: string; region: string }[] = [];
  const invoked: Record<string, unknown>[] = [];
  const states: AwsService = {
    id: 'states',
    operations: {
      async StartExecution({ input }, { region }) {
        started.push({ input, region });
        return { executionArn: `${machine}:1`, startDate: new Date(clock.now()) };
      },
    },
  };
  const functions: AwsService = {
    id: 'lambda',
    operations: {
      async Invoke({ Payload }) {
        invoked.push(JSON.parse(new TextDecoder().decode(Payload)));
        return { StatusCode: 202 };
      },
    },
  };
  const options = { clock, tempo: 60, random: () => 1, account, aws: () => server };
  const events = eventsService(options);
  const sns = snsService(options);
  const cloudwatch = cloudwatchService({ ...options, emit: events.emit });
  const server = await awsServer([cloudwatch, events, sns, states, functions]);
  cloudwatch.start();
  const clients = (region = 'us-east-1') => ({
    cloudwatch: new CloudWatchClient(clientConfig(server, region)),
    events: new EventBridgeClient(clientConfig(server, region)),
    sns: new SNSClient(clientConfig(server, region)),
  });
  return { clock, started, invoked, clients, server, sns, events };
}

const orders = {
  AlarmName: 'understudy-orders-us-east-1',
  Namespace: 'CloudWatchSynthetics',
  MetricName: 'SuccessPercent',
  Dimensions: [{ Name: 'CanaryName', Value: 'orders-us-east-1' }],
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 2,
  Threshold: 90,
  ComparisonOperator: 'LessThanThreshold',
  TreatMissingData: 'missing',
} satisfies PutMetricAlarmCommandInput;

describe('the real SDK clients', () => {
  test('see a metric become an alarm, an event in another region, an execution, a page and a call', async () => {
    const { clock, started, invoked, clients, server, sns, events } = await world();
    const { cloudwatch, sns: topics } = clients();
    const { TopicArn } = await topics.send(new CreateTopicCommand({ Name: 'understudy-critical' }));
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: receiver.url }));
    const { Token } = JSON.parse((await receiver.next()).body);
    await topics.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    const EventPattern = JSON.stringify({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      detail: { alarmName: [{ prefix: 'understudy-' }], state: { value: ['ALARM'] } },
    });
    for (const [region, Arn] of [['us-east-1', bus] as const, ['us-west-2', machine] as const]) {
      const { events: rules } = clients(region);
      await rules.send(new PutRuleCommand({ Name: 'alarms', EventPattern }));
      const put = await rules.send(
        new PutTargetsCommand({
          Rule: 'alarms',
          Targets: [{ Id: 't', Arn, RoleArn: role, RetryPolicy: { MaximumEventAgeInSeconds: 300 } }],
        }),
      );
      expect(put.FailedEntryCount).toBe(0);
    }
    await cloudwatch.send(new PutMetricAlarmCommand({ ...orders, AlarmActions: [TopicArn ?? '', lambda] }));

    for (let minute = 0; minute < 2; minute++) {
      await cloudwatch.send(
        new PutMetricDataCommand({
          Namespace: orders.Namespace,
          MetricData: [
            {
              MetricName: orders.MetricName,
              Dimensions: [...orders.Dimensions],
              Value: 0,
              Timestamp: new Date(clock.now()),
            },
          ],
        }),
      );
      await clock.advance(1_000);
    }
    await events.settled();
    await sns.settled();

    expect(started).toMatchObject([{ region: 'us-west-2' }]);
    expect(JSON.parse(started[0]?.input ?? '')).toMatchObject({
      source: 'aws.cloudwatch',
      region: 'us-east-1',
      account,
      detail: {
        alarmName: orders.AlarmName,
        state: { value: 'ALARM', reason: expect.stringContaining('were less than the threshold (90.0)') },
        previousState: { value: 'INSUFFICIENT_DATA' },
      },
    });
    expect(JSON.parse(JSON.parse((await receiver.next()).body).Message)).toMatchObject({ NewStateValue: 'ALARM' });
    expect(invoked).toMatchObject([{ source: 'aws.cloudwatch', alarmData: { state: { value: 'ALARM' } } }]);
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    expect(MetricAlarms?.[0]).toMatchObject({ ...orders, StateTransitionedTimestamp: new Date(clock.now()) });
    expect(server.records.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  });

  test('read metrics and alarms', async () => {
    const { clients, clock } = await world();
    const { cloudwatch } = clients();
    const Metric = { Namespace: 'N', MetricName: 'm' };
    await cloudwatch.send(
      new PutMetricDataCommand({ Namespace: 'N', MetricData: [{ MetricName: 'm', Values: [1, 2], Counts: [1, 3] }] }),
    );
    const range = { StartTime: new Date(clock.now()), EndTime: new Date(clock.now() + 1000) };
    const data = await cloudwatch.send(
      new GetMetricDataCommand({
        ...range,
        MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }],
      }),
    );
    const statistics = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...Metric,
        ...range,
        Period: 60,
        Statistics: ['Average'],
        ExtendedStatistics: undefined,
      }),
    );

    expect(data.MetricDataResults?.[0]).toMatchObject({ Values: [7], Timestamps: [range.StartTime], Label: 'm' });
    expect(statistics.Datapoints).toEqual([{ Average: 1.75, Timestamp: range.StartTime, Unit: 'None' }]);
    expect((await cloudwatch.send(new ListMetricsCommand({}))).Metrics).toEqual([{ ...Metric, Dimensions: [] }]);

    await cloudwatch.send(new PutMetricAlarmCommand(orders));
    await cloudwatch.send(
      new PutCompositeAlarmCommand({ AlarmName: 'any', AlarmRule: `ALARM("${orders.AlarmName}")` }),
    );
    await cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: orders.AlarmName, StateValue: 'ALARM', StateReason: 'drill' }),
    );
    const { CompositeAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }));
    const { AlarmHistoryItems } = await cloudwatch.send(
      new DescribeAlarmHistoryCommand({ HistoryItemType: 'StateUpdate' }),
    );
    const gone = await failure(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['nobody'] })));

    expect(CompositeAlarms).toMatchObject([{ AlarmName: 'any', StateValue: 'ALARM' }]);
    expect(AlarmHistoryItems).toMatchObject([{ HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to ALARM' }]);
    expect(gone).toBeInstanceOf(ResourceNotFound);
  });

  test('get typed errors', async () => {
    const { clients } = await world();
    const { events, sns } = clients();

    const pattern = await failure(
      events.send(new PutRuleCommand({ Name: 'r', EventPattern: '{"a":[{"regex":"x"}]}' })),
    );
    const topic = await failure(
      sns.send(new PublishCommand({ TopicArn: `arn:aws:sns:us-east-1:${account}:none`, Message: 'm' })),
    );
    const arn = await failure(sns.send(new PublishCommand({ TopicArn: 'none', Message: 'm' })));
    const forged = await events.send(
      new PutEventsCommand({ Entries: [{ Source: 'aws.cloudwatch', DetailType: 'x', Detail: '{}' }] }),
    );

    expect(pattern).toBeInstanceOf(InvalidEventPatternException);
    expect(topic).toBeInstanceOf(NotFoundException);
    expect(arn).toBeInstanceOf(InvalidParameterException);
    expect(forged).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }] });
  });

  test('manage rules and topics', async () => {
    const { clients } = await world();
    const { events, sns } = clients();
    await events.send(new PutRuleCommand({ Name: 'tick', ScheduleExpression: 'rate(1 minute)' }));
    const InputTransformer = { InputPathsMap: { at: '$.time' }, InputTemplate: '{"at": <at>}' };
    await events.send(new PutTargetsCommand({ Rule: 'tick', Targets: [{ Id: 'f', Arn: lambda, InputTransformer }] }));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'info' }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: lambda }));
    const batch = await sns.send(
      new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: '1', Message: 'm' }] }),
    );

    expect(await events.send(new DescribeRuleCommand({ Name: 'tick' }))).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
    });
    expect((await events.send(new ListTargetsByRuleCommand({ Rule: 'tick' }))).Targets).toEqual([
      { Id: 'f', Arn: lambda, InputTransformer },
    ]);
    const Event = '{"id":"1","account":"1","source":"a","time":"2026-11-20T10:00:00Z","region":"r","detail-type":"t"}';
    expect(await events.send(new TestEventPatternCommand({ Event, EventPattern: '{"source":["a"]}' }))).toMatchObject({
      Result: true,
    });
    expect(batch).toMatchObject({ Successful: [{ Id: '1' }], Failed: [] });
    expect((await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions).toMatchObject([
      { Protocol: 'lambda', Endpoint: lambda },
    ]);
    expect((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes).toMatchObject({
      SubscriptionsConfirmed: '1',
    });
  });
});

describe.skipIf(clis.length === 0)('the AWS CLI (skipped where none is installed)', () => {
  // One of them: each call takes a second, and the protocols have tests of their own with all of them.
  test('puts an alarm and a rule, and publishes', async () => {
    const { server, sns } = await world();
    const aws = (command: string, ...args: string[]) =>
      cli(clis[0] ?? '', [...command.split(' '), ...args], server.url);

    const [alarms, TopicArn, rules] = await Promise.all([
      aws(
        'cloudwatch put-metric-alarm --alarm-name a --namespace N --metric-name m --statistic Sum --period 60 ' +
          '--evaluation-periods 1 --threshold 0 --comparison-operator GreaterThanThreshold',
        ...['--dimensions', 'Name=Region,Value=us-east-1'],
      ).then(() => aws('cloudwatch describe-alarms')),
      aws('sns create-topic --name t').then(async ({ TopicArn: arn }) => {
        await aws(`sns publish --topic-arn ${arn} --message hello`);
        return arn;
      }),
      aws('events put-rule --name r --event-pattern', '{"source":["a"]}').then(() => aws('events list-rules')),
    ]);

    expect(alarms.MetricAlarms).toMatchObject([{ AlarmName: 'a', Threshold: 0, StateValue: 'INSUFFICIENT_DATA' }]);
    expect(sns.published(TopicArn).map(({ messages }) => messages.default)).toEqual(['hello']);
    expect(rules.Rules).toMatchObject([{ Name: 'r' }]);
  }, 60_000);
});
