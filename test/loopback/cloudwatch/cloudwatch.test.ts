import { describe, expect, test } from 'vitest';
import type { Aws, AwsError, ServiceId } from '../../../loopback/aws/service.ts';
import { cloudwatchService } from '../../../loopback/cloudwatch/cloudwatch.ts';
import type { ServiceEvent } from '../../../loopback/events/event.ts';
import { virtualClock } from '../virtual-clock.ts';

const account = '123456789012';
const topic = `arn:aws:sns:us-east-1:${account}:understudy-critical`;
const lambda = `arn:aws:lambda:us-east-1:${account}:function:understudy-notify`;

interface Sent {
  readonly service: ServiceId;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly region: string;
}

function world({ tempo = 1, failing = false } = {}) {
  const clock = virtualClock();
  const events: { region: string; event: ServiceEvent }[] = [];
  const sent: Sent[] = [];
  const aws: Aws = {
    account,
    async call(service, operation, input, { region }) {
      sent.push({ service, operation, input: input as Record<string, unknown>, region });
      if (failing) throw new Error('Topic does not exist');
      return {};
    },
  };
  const service = cloudwatchService({
    clock,
    tempo,
    aws: () => aws,
    emit: (region, event) => events.push({ region, event }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the operation answers.
  const call = async (operation: string, input: object, region = 'us-east-1'): Promise<any> => {
    const perform = service.operations[operation];
    if (perform === undefined) throw new Error(`no operation ${operation}`);
    return perform(input, { service: 'cloudwatch', operation, region, account, requestId: 'r', endpoint: 0 });
  };
  const report = (value: number, changes: object = {}) =>
    call('PutMetricData', { Namespace: 'Probes', MetricData: [{ MetricName: 'Failed', Value: value, ...changes }] });
  const alarm = (changes: object = {}, region?: string) =>
    call(
      'PutMetricAlarm',
      {
        AlarmName: 'orders',
        Namespace: 'Probes',
        MetricName: 'Failed',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        ...changes,
      },
      region,
    );
  const described = async (name = 'orders', region?: string) => {
    const all = await call(
      'DescribeAlarms',
      { AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
      region,
    );
    return all.MetricAlarms[0] ?? all.CompositeAlarms[0];
  };
  const states = () => events.map(({ event }) => (event.detail as { state: { value: string } }).state.value);
  return { clock, service, call, report, alarm, described, events, states, sent };
}

async function error(promise: Promise<unknown>): Promise<Pick<AwsError, 'code' | 'message' | 'status'>> {
  const thrown = await promise.then(
    () => null,
    (reason: AwsError) => reason,
  );
  if (thrown === null) throw new Error('nothing was thrown');
  return { code: thrown.code, message: thrown.message, status: thrown.status };
}

describe('an alarm', () => {
  test('begins with insufficient data and shows only what was configured', async () => {
    const { alarm, described, clock } = world();

    await alarm();

    expect(await described()).toEqual({
      AlarmName: 'orders',
      AlarmArn: `arn:aws:cloudwatch:us-east-1:${account}:alarm:orders`,
      AlarmConfigurationUpdatedTimestamp: new Date(clock.now()),
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: [],
      InsufficientDataActions: [],
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: new Date(clock.now()),
      StateTransitionedTimestamp: new Date(clock.now()),
      Namespace: 'Probes',
      MetricName: 'Failed',
      Dimensions: [],
      Period: 60,
      Statistic: 'Sum',
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  test('is evaluated once a minute, over the periods that have ended', async () => {
    const { service, clock, alarm, report, states, events } = world();
    service.start();
    await alarm({ AlarmDescription: 'orders is failing', Dimensions: [{ Name: 'Region', Value: 'us-east-1' }] });
    await clock.advance(5_000);
    await report(1, { Dimensions: [{ Name: 'Region', Value: 'us-east-1' }] });

    await clock.advance(54_000);
    expect(states()).toEqual([]);

    await clock.advance(1_000);
    expect(events).toEqual([
      {
        region: 'us-east-1',
        event: {
          source: 'aws.cloudwatch',
          detailType: 'CloudWatch Alarm State Change',
          at: Date.parse('2026-11-20T10:01:00Z'),
          resources: [`arn:aws:cloudwatch:us-east-1:${account}:alarm:orders`],
          detail: {
            alarmName: 'orders',
            configuration: {
              description: 'orders is failing',
              metrics: [
                {
                  id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
                  metricStat: {
                    metric: { namespace: 'Probes', name: 'Failed', dimensions: { Region: 'us-east-1' } },
                    period: 60,
                    stat: 'Sum',
                  },
                  returnData: true,
                },
              ],
            },
            previousState: {
              value: 'INSUFFICIENT_DATA',
              reason: 'Unchecked: Initial alarm creation',
              timestamp: '2026-11-20T10:00:00.000+0000',
            },
            state: {
              value: 'ALARM',
              reason: 'Threshold Crossed: 1 datapoint [1.0 (20/11/26 10:00:00)] was greater than the threshold (0.0).',
              reasonData:
                '{"version":"1.0","queryDate":"2026-11-20T10:01:00.000+0000","startDate":"2026-11-20T10:00:00.000+0000",' +
                '"statistic":"Sum","period":60,"recentDatapoints":[1.0],"threshold":0.0,"evaluatedDatapoints":' +
                '[{"timestamp":"2026-11-20T10:00:00.000+0000","sampleCount":1.0,"value":1.0}]}',
              timestamp: '2026-11-20T10:01:00.000+0000',
            },
          },
        },
      },
    ]);
    await service.close();
  });

  test('of high resolution is evaluated every ten seconds', async () => {
    const { service, clock, alarm, report, states } = world();
    service.start();
    await alarm({ Period: 10 });
    await clock.advance(1_000);
    await report(1, { StorageResolution: 1 });

    await clock.advance(9_000);

    expect(states()).toEqual(['ALARM']);
    await service.close();
  });

  test('lives in scaled time: at tempo 60 its minute is a second', async () => {
    const { service, clock, alarm, report, states, described } = world({ tempo: 60 });
    service.start();
    await alarm();
    await report(1);

    await clock.advance(1_000);

    expect(states()).toEqual(['ALARM']);
    expect((await described()).StateReason).toContain('[1.0 (20/11/26 10:00:00)]');
    await service.close();
  });

  test('tells only changes while its metric flaps, and nothing while it stays red', async () => {
    const { service, clock, alarm, report, states, call } = world();
    service.start();
    await alarm({ AlarmActions: [topic] });
    for (const value of [1, 1, 1, 0, 0, 1, 1]) {
      await clock.advance(1_000);
      await report(value);
      await clock.advance(59_000);
    }

    expect(states()).toEqual(['ALARM', 'OK', 'ALARM']);
    const { AlarmHistoryItems: items } = await call('DescribeAlarmHistory', {
      AlarmName: 'orders',
      HistoryItemType: 'StateUpdate',
      ScanBy: 'TimestampAscending',
    });
    expect(items.map((item: { HistorySummary: string }) => item.HistorySummary)).toEqual([
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
    ]);
    await service.close();
  });

  test('whose observer died after one failed probe goes red by itself, then has no data', async () => {
    const { service, clock, alarm, report, states } = world();
    service.start();
    await alarm({ EvaluationPeriods: 3, DatapointsToAlarm: 3 });
    await report(1);

    await clock.advance(6 * 60_000);

    expect(states()).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
    await service.close();
  });

  test('watches one unit only where it names one', async () => {
    const { service, clock, alarm, report, described } = world();
    service.start();
    await alarm({ Unit: 'Count', TreatMissingData: 'breaching' });
    await report(0, { Unit: 'Seconds' });

    await clock.advance(60_000);

    expect((await described()).StateReason).toContain('no datapoints were received for 1 period');
    await service.close();
  });

  test('is another one in another region', async () => {
    const { service, clock, alarm, report, described, events } = world();
    service.start();
    await alarm();
    await alarm({ TreatMissingData: 'breaching' }, 'us-west-2');
    await report(0);

    await clock.advance(60_000);

    expect((await described()).StateValue).toBe('OK');
    expect((await described('orders', 'us-west-2')).StateValue).toBe('ALARM');
    expect(events.map(({ region }) => region)).toEqual(['us-east-1', 'us-west-2']);
    await service.close();
  });

  test('keeps its state when it is configured anew', async () => {
    const { alarm, call, described } = world();
    await alarm();
    await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason: 'drill' });

    await alarm({ Threshold: 5 });

    expect(await described()).toMatchObject({ StateValue: 'ALARM', StateReason: 'drill', Threshold: 5 });
  });

  test('set to a state by hand keeps it until the next evaluation', async () => {
    const { service, clock, alarm, call, report, states, described } = world();
    service.start();
    await alarm();
    await report(0);
    await clock.advance(60_000);

    await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason: 'drill' });
    expect(await described()).toMatchObject({ StateValue: 'ALARM', StateReason: 'drill' });
    await report(0);
    await clock.advance(60_000);

    expect(states()).toEqual(['OK', 'ALARM', 'OK']);
    await service.close();
  });

  test('set to the state that it has tells nothing, but takes the reason', async () => {
    const { alarm, call, states, described } = world();
    await alarm({ AlarmActions: [topic] });
    for (const StateReason of ['drill', 'still a drill']) {
      await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason });
    }

    expect(states()).toEqual(['ALARM']);
    expect(await described()).toMatchObject({ StateReason: 'still a drill' });
  });

  test('does not count the period that has only begun', async () => {
    const { service, clock, alarm, described } = world();
    service.start();
    await alarm({ TreatMissingData: 'breaching' });

    await clock.advance(60_000);

    const { evaluatedDatapoints } = JSON.parse((await described()).StateReasonData);
    expect(evaluatedDatapoints).toEqual([{ timestamp: '2026-11-20T10:00:00.000+0000' }]);
    await service.close();
  });

  test('of a percentile compares the percentile', async () => {
    const { service, clock, alarm, call, described } = world();
    service.start();
    await alarm({ Statistic: undefined, ExtendedStatistic: 'p90', Threshold: 8.5 });
    await call('PutMetricData', {
      Namespace: 'Probes',
      MetricData: [{ MetricName: 'Failed', Values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 100] }],
    });

    await clock.advance(60_000);

    expect(await described()).toMatchObject({ StateValue: 'ALARM', ExtendedStatistic: 'p90' });
    expect((await described()).StateReason).toContain('[9.0 ');
    await service.close();
  });
});

describe('alarm actions', () => {
  test('publish and invoke once for each change into their state', async () => {
    const { service, clock, alarm, report, sent, call } = world();
    service.start();
    await alarm({ AlarmActions: [topic, lambda], OKActions: [topic] });
    for (const value of [1, 1, 0]) {
      await report(value);
      await clock.advance(60_000);
    }

    expect(sent.map(({ service, operation, region }) => [service, operation, region])).toEqual([
      ['sns', 'Publish', 'us-east-1'],
      ['lambda', 'Invoke', 'us-east-1'],
      ['sns', 'Publish', 'us-east-1'],
    ]);
    expect(sent[0]?.input['Subject']).toBe('ALARM: "orders" in US East (N. Virginia)');
    expect(JSON.parse(String(sent[0]?.input['Message']))).toMatchObject({
      AlarmName: 'orders',
      AWSAccountId: account,
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      StateChangeTime: '2026-11-20T10:01:00.000+0000',
      Trigger: { MetricName: 'Failed', Statistic: 'SUM', StatisticType: 'Statistic', Period: 60, Threshold: 0 },
    });
    expect(sent[1]?.input).toMatchObject({ FunctionName: lambda, InvocationType: 'Event' });
    expect(JSON.parse(new TextDecoder().decode(sent[1]?.input['Payload'] as Uint8Array))).toMatchObject({
      source: 'aws.cloudwatch',
      alarmArn: `arn:aws:cloudwatch:us-east-1:${account}:alarm:orders`,
      accountId: account,
      time: '2026-11-20T10:01:00.000+0000',
      alarmData: { alarmName: 'orders', state: { value: 'ALARM' }, previousState: { value: 'INSUFFICIENT_DATA' } },
    });
    const { AlarmHistoryItems: items } = await call('DescribeAlarmHistory', { HistoryItemType: 'Action' });
    expect(items).toHaveLength(3);
    await service.close();
  });

  test('rest while they are disabled, and the event is told all the same', async () => {
    const { alarm, call, sent, states } = world();
    await alarm({ AlarmActions: [topic] });
    await call('DisableAlarmActions', { AlarmNames: ['orders'] });
    await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason: 'drill' });
    await call('EnableAlarmActions', { AlarmNames: ['orders'] });
    await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'OK', StateReason: 'drill' });
    await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason: 'drill' });

    expect(states()).toEqual(['ALARM', 'OK', 'ALARM']);
    expect(sent).toHaveLength(1);
  });

  test('that fail stand in the history', async () => {
    const { alarm, call, service } = world({ failing: true });
    await alarm({ AlarmActions: [topic] });
    await call('SetAlarmState', { AlarmName: 'orders', StateValue: 'ALARM', StateReason: 'drill' });
    await service.settled();

    const { AlarmHistoryItems: items } = await call('DescribeAlarmHistory', { HistoryItemType: 'Action' });
    expect(items[0]).toMatchObject({
      HistorySummary: `Failed to execute action ${topic}. Received error: "Topic does not exist"`,
    });
  });

  test('of a kind that the sandbox cannot perform are refused', async () => {
    const { alarm } = world();

    expect(await error(alarm({ AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }))).toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('a composite alarm', () => {
  test('follows its children at once, and composites above it follow too', async () => {
    const { alarm, call, described, states, events } = world();
    await alarm({ AlarmName: 'a' });
    await alarm({ AlarmName: 'b' });
    await call('PutCompositeAlarm', { AlarmName: 'both', AlarmRule: 'ALARM(a) AND ALARM("b")' });
    await call('PutCompositeAlarm', { AlarmName: 'top', AlarmRule: 'ALARM(both)', AlarmActions: [topic] });
    await call('SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'drill' });
    await call('SetAlarmState', { AlarmName: 'b', StateValue: 'ALARM', StateReason: 'drill' });

    expect(states()).toEqual(['OK', 'OK', 'ALARM', 'ALARM', 'ALARM', 'ALARM']);
    expect(await described('both')).toMatchObject({
      StateValue: 'ALARM',
      StateReason: `arn:aws:cloudwatch:us-east-1:${account}:alarm:b transitioned to ALARM at Friday 20 November, 2026 10:00:00 UTC`,
      StateReasonData: JSON.stringify({
        triggeringAlarms: [
          {
            arn: `arn:aws:cloudwatch:us-east-1:${account}:alarm:b`,
            state: { value: 'ALARM', timestamp: '2026-11-20T10:00:00.000+0000' },
          },
        ],
      }),
    });
    expect(events.at(-1)?.event.detail).toMatchObject({
      alarmName: 'top',
      configuration: { alarmRule: 'ALARM(both)' },
    });
  });

  test('may not name an alarm that does not exist, nor itself by way of others', async () => {
    const { call } = world();
    expect(await error(call('PutCompositeAlarm', { AlarmName: 'c', AlarmRule: 'ALARM(nobody)' }))).toMatchObject({
      code: 'ValidationException',
      message: 'Could not save the composite alarm as alarms [nobody] in the alarm rule do not exist',
    });

    await call('PutCompositeAlarm', { AlarmName: 'c', AlarmRule: 'TRUE' });
    await call('PutCompositeAlarm', { AlarmName: 'd', AlarmRule: 'ALARM(c)' });
    expect((await error(call('PutCompositeAlarm', { AlarmName: 'c', AlarmRule: 'OK(d)' }))).message).toBe(
      'The alarm rule of c depends on c itself.',
    );
  });
});

describe('alarms', () => {
  test('are found by name, prefix, state, action and type, a page at a time', async () => {
    const { alarm, call } = world();
    for (const name of ['orders-b', 'orders-a', 'payments']) await alarm({ AlarmName: name });
    await alarm({ AlarmName: 'paging', AlarmActions: [topic] });
    await call('PutCompositeAlarm', { AlarmName: 'all', AlarmRule: 'ALARM(payments)' });
    const names = async (input: object) => {
      const found = await call('DescribeAlarms', input);
      return [...found.MetricAlarms, ...found.CompositeAlarms].map(({ AlarmName }) => AlarmName);
    };

    expect(await names({})).toEqual(['orders-a', 'orders-b', 'paging', 'payments']);
    expect(await names({ AlarmNames: ['payments', 'nobody'] })).toEqual(['payments']);
    expect(await names({ AlarmNamePrefix: 'orders' })).toEqual(['orders-a', 'orders-b']);
    expect(await names({ StateValue: 'ALARM' })).toEqual([]);
    expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['paging']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual(['all']);
    expect(await names({ ChildrenOfAlarmName: 'all' })).toEqual(['payments']);
    expect(await names({ ParentsOfAlarmName: 'payments', AlarmTypes: ['CompositeAlarm'] })).toEqual(['all']);
    const first = await call('DescribeAlarms', { MaxRecords: 3 });
    expect(first.MetricAlarms).toHaveLength(3);
    expect(await names({ MaxRecords: 3, NextToken: first.NextToken })).toEqual(['payments']);
  });

  test('that are deleted are gone, and unknown ones are said', async () => {
    const { alarm, call, described } = world();
    await alarm();

    expect(await error(call('DeleteAlarms', { AlarmNames: ['orders', 'nobody'] }))).toMatchObject({
      code: 'ResourceNotFound',
      status: 404,
    });
    expect(await described()).toBeUndefined();
  });

  test.each([
    [{ AlarmName: undefined }, 'MissingRequiredParameterException'],
    [{ Period: 15 }, 'InvalidParameterValueException'],
    [{ Period: 90 }, 'InvalidParameterValueException'],
    [{ Period: 300, EvaluationPeriods: 289 }, 'ValidationException'],
    [{ EvaluationPeriods: 2, DatapointsToAlarm: 3 }, 'InvalidParameterValueException'],
    [{ Threshold: undefined }, 'MissingRequiredParameterException'],
    [{ ComparisonOperator: 'GreaterThanUpperThreshold' }, 'ValidationException'],
    [{ TreatMissingData: 'whatever' }, 'ValidationException'],
    [{ Statistic: 'tm90' }, 'InvalidParameterValueException'],
    [
      { MetricName: undefined, Statistic: undefined, Metrics: [{ Id: 'e', Expression: 'm1*2' }] },
      'ValidationException',
    ],
  ])('are refused with %j', async (changes, code) => {
    const { alarm } = world();

    expect((await error(alarm(changes))).code).toBe(code);
  });

  test('cannot be set to what is no state, nor where they do not exist', async () => {
    const { call, alarm } = world();
    await alarm();
    expect(await error(call('SetAlarmState', { AlarmName: 'orders', StateValue: 'INVALID', StateReason: '' }))).toEqual(
      {
        code: 'ValidationException',
        message:
          "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
        status: 400,
      },
    );
    expect(await error(call('SetAlarmState', { AlarmName: 'no', StateValue: 'OK', StateReason: '' }))).toEqual({
      code: 'ResourceNotFound',
      message: '',
      status: 404,
    });
  });
});

describe('metrics', () => {
  const at = (time: string) => new Date(`2026-11-20T${time}Z`);

  test('are kept as sums of their values, counts and statistic sets', async () => {
    const { call } = world();
    await call('PutMetricData', {
      Namespace: 'Probes',
      MetricData: [
        { MetricName: 'm', Values: [1, 3], Counts: [2, 1], Unit: 'Count' },
        { MetricName: 'm', StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 }, Unit: 'Count' },
      ],
    });

    const answer = await call('GetMetricStatistics', {
      Namespace: 'Probes',
      MetricName: 'm',
      StartTime: at('09:59:30'),
      EndTime: at('10:01:00'),
      Period: 60,
      Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
    });

    expect(answer).toEqual({
      Label: 'm',
      Datapoints: [
        { Timestamp: at('10:00:00'), Unit: 'Count', SampleCount: 5, Sum: 15, Average: 3, Minimum: 1, Maximum: 6 },
      ],
    });
  });

  test('with other dimensions or units are other metrics', async () => {
    const { call } = world();
    await call('PutMetricData', {
      Namespace: 'Probes',
      MetricData: [
        {
          MetricName: 'm',
          Value: 1,
          Dimensions: [
            { Name: 'b', Value: '2' },
            { Name: 'a', Value: '1' },
          ],
        },
        { MetricName: 'm', Value: 2, Unit: 'Seconds' },
        { MetricName: 'm', Value: 3, Unit: 'Milliseconds' },
      ],
    });
    const query = (id: string, metric: object, stat: object = {}) => ({
      Id: id,
      MetricStat: { Metric: { Namespace: 'Probes', MetricName: 'm', ...metric }, Period: 60, Stat: 'Sum', ...stat },
    });

    const { MetricDataResults: results } = await call('GetMetricData', {
      StartTime: at('10:00:00'),
      EndTime: at('10:01:00'),
      MetricDataQueries: [
        query('dimensions', {
          Dimensions: [
            { Name: 'a', Value: '1' },
            { Name: 'b', Value: '2' },
          ],
        }),
        query('seconds', {}, { Unit: 'Seconds' }),
        query('any', {}),
        query('none', { MetricName: 'other' }),
      ],
    });

    expect(results).toEqual([
      {
        Id: 'dimensions',
        Label: expect.any(String),
        Timestamps: [at('10:00:00')],
        Values: [1],
        StatusCode: 'Complete',
      },
      { Id: 'seconds', Label: expect.any(String), Timestamps: [at('10:00:00')], Values: [2], StatusCode: 'Complete' },
      {
        Id: 'any',
        Label: expect.any(String),
        Timestamps: [at('10:00:00')],
        Values: [3],
        StatusCode: 'Complete',
        Messages: [{ Code: 'MultipleUnits', Value: "Multiple units returned: '[Milliseconds, Seconds]'" }],
      },
      { Id: 'none', Label: expect.any(String), Timestamps: [], Values: [], StatusCode: 'Complete' },
    ]);
  });

  test('are read newest first, and labelled by what tells the queries apart', async () => {
    const { call, clock } = world();
    for (const value of [1, 2]) {
      await call('PutMetricData', { Namespace: 'Probes', MetricData: [{ MetricName: 'm', Value: value }] });
      await clock.advance(60_000);
    }
    const query = (Id: string, Stat: string) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'Probes', MetricName: 'm' }, Period: 60, Stat },
    });

    const { MetricDataResults: results } = await call('GetMetricData', {
      StartTime: at('10:00:00'),
      EndTime: at('10:02:00'),
      MetricDataQueries: [query('s', 'Sum'), query('a', 'Average')],
    });

    expect(results).toMatchObject([
      { Label: 'm Sum', Values: [2, 1] },
      { Label: 'm Average', Values: [2, 1] },
    ]);
  });

  test('are read in scaled periods at a tempo', async () => {
    const { call, clock } = world({ tempo: 60 });
    for (const value of [1, 2]) {
      await call('PutMetricData', { Namespace: 'Probes', MetricData: [{ MetricName: 'm', Value: value }] });
      await clock.advance(1_000);
    }

    const { Datapoints: points } = await call('GetMetricStatistics', {
      Namespace: 'Probes',
      MetricName: 'm',
      StartTime: at('10:00:00'),
      EndTime: at('10:00:02'),
      Period: 60,
      Statistics: ['Sum'],
    });

    expect(points).toMatchObject([
      { Timestamp: at('10:00:00'), Sum: 1 },
      { Timestamp: at('10:00:01'), Sum: 2 },
    ]);
  });

  test('are listed by namespace, name and dimensions', async () => {
    const { call } = world();
    await call('PutMetricData', {
      Namespace: 'Probes',
      MetricData: [
        { MetricName: 'm', Value: 1, Dimensions: [{ Name: 'Region', Value: 'us-east-1' }] },
        { MetricName: 'n', Value: 1 },
      ],
    });

    expect(await call('ListMetrics', { MetricName: 'm', Dimensions: [{ Name: 'Region' }] })).toEqual({
      Metrics: [{ Namespace: 'Probes', MetricName: 'm', Dimensions: [{ Name: 'Region', Value: 'us-east-1' }] }],
    });
    expect((await call('ListMetrics', {})).Metrics).toHaveLength(2);
    expect((await call('ListMetrics', {}, 'us-west-2')).Metrics).toEqual([]);
  });

  test.each([
    [
      { Value: 1, Values: [1] },
      'InvalidParameterCombinationException',
      'The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
    ],
    [
      { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
      'InvalidParameterCombinationException',
      'The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.',
    ],
    [
      { Values: [1, 10], Counts: [2, 4, 5] },
      'InvalidParameterValueException',
      'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
    ],
    [{}, 'MissingRequiredParameterException', 'The parameter MetricData.member.1.Value is required.'],
    [{ Value: 1, StorageResolution: 5 }, 'InvalidParameterValueException', expect.stringContaining('must be 1 or 60')],
    [
      { Value: 1, Timestamp: new Date('2026-11-01T00:00:00Z') },
      'InvalidParameterValueException',
      expect.stringContaining('within the past two weeks'),
    ],
  ])('are refused with %j, all of the request', async (datum, code, message) => {
    const { call } = world();
    const put = call('PutMetricData', {
      Namespace: 'Probes',
      MetricData: [
        { MetricName: 'm', ...datum },
        { MetricName: 'n', Value: 1 },
      ],
    });

    expect(await error(put)).toMatchObject({ code, message });
    expect((await call('ListMetrics', {})).Metrics).toEqual([]);
  });

  test('are refused in a namespace of AWS’s own services', async () => {
    const { call } = world();
    const MetricData = [{ MetricName: 'm', Value: 1 }];

    const put = call('PutMetricData', { Namespace: 'AWS/EC2', MetricData });

    expect(await error(put)).toMatchObject({ code: 'InvalidParameterValueException' });
    expect((await call('ListMetrics', {})).Metrics).toEqual([]);
    await call('PutMetricData', { Namespace: 'AWSome', MetricData });
  });

  test('cannot be asked for too many datapoints, nor backwards', async () => {
    const { call } = world();
    const ask = (StartTime: Date, EndTime: Date, Period: number) =>
      error(
        call('GetMetricStatistics', {
          Namespace: 'N',
          MetricName: 'm',
          StartTime,
          EndTime,
          Period,
          Statistics: ['Sum'],
        }),
      );

    expect(await ask(new Date('2026-11-19T10:00:00Z'), at('10:00:00'), 1)).toMatchObject({
      code: 'InvalidParameterCombinationException',
      message:
        'You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    });
    expect(await ask(at('10:00:00'), at('09:00:00'), 60)).toMatchObject({
      message: 'The parameter StartTime must be less than the parameter EndTime.',
    });
  });
});

test('the alarms of a metric are found by its name and its dimensions', async () => {
  const { call, alarm } = world();
  const Dimensions = [{ Name: 'region', Value: 'us-east-1' }];
  await alarm({ AlarmName: 'plain' });
  await alarm({ AlarmName: 'regional', Dimensions });

  const found = async (more: object) =>
    (await call('DescribeAlarmsForMetric', { Namespace: 'Probes', MetricName: 'Failed', ...more })).MetricAlarms.map(
      ({ AlarmName }: { AlarmName: string }) => AlarmName,
    );

  expect(await found({})).toEqual(['plain']);
  expect(await found({ Dimensions })).toEqual(['regional']);
  expect(await found({ Dimensions: [{ Name: 'region', Value: 'us-west-2' }] })).toEqual([]);
});

test('more datapoints than were asked for come on further pages, those of all queries together', async () => {
  const { call, clock, report } = world();
  const start = clock.now();
  for (let minute = 0; minute < 5; minute++) {
    await report(minute);
    await call('PutMetricData', { Namespace: 'Probes', MetricData: [{ MetricName: 'Slow', Value: 10 + minute }] });
    await clock.advance(60_000);
  }
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace: 'Probes', MetricName }, Period: 60, Stat: 'Sum' },
  });
  const MetricDataQueries = [query('none', 'Other'), query('a', 'Failed'), query('b', 'Slow')];
  const range = { StartTime: new Date(start), EndTime: new Date(clock.now()), ScanBy: 'TimestampAscending' };

  const pages: unknown[] = [];
  for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
    const answer = await call('GetMetricData', { MetricDataQueries, ...range, MaxDatapoints: 4, NextToken });
    ({ NextToken } = answer);
    pages.push(
      answer.MetricDataResults.map(
        ({ Id, Values, StatusCode }: { Id: string; Values: number[]; StatusCode: string }) =>
          `${Id} ${Values.join()} ${StatusCode}`,
      ),
    );
  }

  expect(pages).toEqual([
    ['none  Complete', 'a 0,1,2,3 PartialData'],
    ['a 4 Complete', 'b 10,11,12 PartialData'],
    ['b 13,14 Complete'],
  ]);
});
