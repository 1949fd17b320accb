import type {
  DeleteAlarmsCommandInput,
  DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommandInput,
  DisableAlarmActionsCommandInput,
  EnableAlarmActionsCommandInput,
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
  ListMetricsCommandInput,
  PutCompositeAlarmCommandInput,
  PutMetricAlarmCommandInput,
  PutMetricDataCommandInput,
  SetAlarmStateCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { type Aws, AwsError, type AwsService, type Call } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/event.ts';
import { compositeAlarm, metricAlarm } from './alarm.ts';
import { performActions } from './alarm-action.ts';
import { type AlarmBook, alarmBook } from './alarm-book.ts';
import { eventDetail } from './alarm-message.ts';
import { describeAlarms, describeAlarmsForMetric } from './alarm-query.ts';
import { missing, validation } from './error.ts';
import { keepMetricData, putMetricData } from './metric-data.ts';
import { getMetricData, getMetricStatistics, listMetrics } from './metric-query.ts';
import { type MetricStore, metricStore } from './metric-store.ts';
import { floorTo, scaledSeconds } from './scaled-seconds.ts';
import type { StateValue } from './threshold.ts';

export interface CloudWatchOptions {
  readonly clock: Clock;
  /** Divides every period: at 60 a minute lasts one second. Timestamps stay the wall's. */
  readonly tempo: number;
  /** How alarm actions reach SNS and Lambda. */
  readonly aws: () => Aws;
  /** Where state changes are told: EventBridge's default bus in the alarm's region. */
  readonly emit: Emit;
}

export interface CloudWatchService extends AwsService {
  readonly id: 'cloudwatch';
  /** Starts the evaluation timers: alarms of 10, 20 and 30 s every (scaled) 10 s, the others every minute. */
  start(): void;
  /** Evaluates the alarms whose turn has come; what the timers call. */
  evaluateDue(): void;
  /**
   * Tells at every turn of an alarm what its data alone say: a state that was set by hand is not in it. So a Route 53 health
   * check sees an alarm. Returns what ends it.
   */
  follow(listener: (turn: AlarmTurn) => void): () => void;
  /** Metrics of a service's own, which are no call of anybody: namespaces of AWS among them. */
  publish(region: string, metrics: Pick<PutMetricDataCommandInput, 'Namespace' | 'MetricData'>): void;
  /** Resolves when no alarm action is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface AlarmTurn {
  readonly region: string;
  readonly alarm: string;
  readonly says: StateValue;
}

/** Metrics and alarms, per region. Metric math, anomaly detection, dashboards and the rest are not played. */
export function cloudwatchService({ clock, tempo, aws, emit }: CloudWatchOptions): CloudWatchService {
  const seconds = scaledSeconds(tempo);
  const regions = new Map<string, Region>();
  const underWay = new Set<Promise<void>>();
  const followers = new Set<(turn: AlarmTurn) => void>();
  const closing = new AbortController();
  let timers: Promise<void> | undefined;

  const operations: AwsService['operations'] = {
    async PutMetricData(input: PutMetricDataCommandInput, call) {
      putMetricData(input, at(call).metrics, seconds, clock.now());
      return {};
    },

    GetMetricStatistics: async (input: GetMetricStatisticsCommandInput, call) =>
      getMetricStatistics({ store: at(call).metrics, seconds }, input),

    GetMetricData: async (input: GetMetricDataCommandInput, call) =>
      getMetricData({ store: at(call).metrics, seconds }, input),

    ListMetrics: async (input: ListMetricsCommandInput, call) =>
      listMetrics({ store: at(call).metrics, seconds }, input, clock.now()),

    async PutMetricAlarm(input: PutMetricAlarmCommandInput, call) {
      const { book, arn, existing } = named(input.AlarmName, call);
      book.put(metricAlarm(input, { arn, now: clock.now(), existing }));
      return {};
    },

    async PutCompositeAlarm(input: PutCompositeAlarmCommandInput, call) {
      const { book, arn, existing } = named(input.AlarmName, call);
      book.put(compositeAlarm(input, { arn, now: clock.now(), existing }));
      return {};
    },

    /** The alarms that exist are deleted even if others do not. */
    async DeleteAlarms({ AlarmNames: names = [] }: DeleteAlarmsCommandInput, call) {
      const absent = names.filter((name) => !at(call).book.delete(name));
      if (absent.length > 0) {
        throw new AwsError('ResourceNotFound', `Alarms not found: ${absent.join(', ')}`, { status: 404 });
      }
      return {};
    },

    DescribeAlarms: async (input: DescribeAlarmsCommandInput, call) => describeAlarms(at(call).book, input),

    DescribeAlarmsForMetric: async (input: DescribeAlarmsForMetricCommandInput, call) =>
      describeAlarmsForMetric(at(call).book, input),

    async DescribeAlarmHistory(input: DescribeAlarmHistoryCommandInput, call) {
      const { items, nextToken } = at(call).book.history.find(input);
      return { AlarmHistoryItems: items, ...(nextToken ? { NextToken: nextToken } : {}) };
    },

    /** Lasts until the alarm is evaluated to another state. A composite alarm keeps it until a child changes. */
    async SetAlarmState(input: SetAlarmStateCommandInput, call) {
      if (!input.AlarmName) throw missing('AlarmName');
      if (input.StateReason === undefined) throw missing('StateReason');
      const value = checkedState(input.StateValue);
      if (input.StateReasonData !== undefined) checkedJson(input.StateReasonData);
      at(call).book.setState(input.AlarmName, { value, reason: input.StateReason, reasonData: input.StateReasonData });
      return {};
    },

    async EnableAlarmActions({ AlarmNames: names = [] }: EnableAlarmActionsCommandInput, call) {
      for (const name of names) at(call).book.enableActions(name, true);
      return {};
    },

    async DisableAlarmActions({ AlarmNames: names = [] }: DisableAlarmActionsCommandInput, call) {
      for (const name of names) at(call).book.enableActions(name, false);
      return {};
    },
  };

  const service: CloudWatchService = {
    id: 'cloudwatch',
    operations,

    start() {
      timers ??= evaluateForEver();
    },

    evaluateDue() {
      for (const { book } of regions.values()) book.evaluateDue();
    },

    publish(region, metrics) {
      keepMetricData(metrics, at({ region, account: aws().account }).metrics, seconds, clock.now());
    },

    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },

    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },

    async close() {
      closing.abort();
      await timers;
      await service.settled();
    },
  };
  return service;

  async function evaluateForEver(): Promise<void> {
    for (;;) {
      const next = seconds.instant(floorTo(10, seconds.at(clock.now())) + 10);
      try {
        await clock.wait(next - clock.now(), closing.signal);
      } catch (error) {
        if (closing.signal.aborted) return;
        throw error;
      }
      service.evaluateDue();
    }
  }

  function at({ region, account }: Pick<Call, 'region' | 'account'>): Region {
    const known = regions.get(region);
    if (known) return known;
    const metrics = metricStore();
    const book: AlarmBook = alarmBook({
      now: clock.now,
      seconds,
      metrics,
      evaluated(alarm, says) {
        for (const follower of followers) follower({ region, alarm, says });
      },
      changed(change) {
        const { alarm } = change;
        const { transitionedAt } = alarm.state;
        emit(region, {
          source: 'aws.cloudwatch',
          detailType: 'CloudWatch Alarm State Change',
          at: transitionedAt,
          resources: [alarm.arn],
          detail: eventDetail(change),
        });
        track(performActions(change, { home: { region, account }, aws: aws(), history: book.history, now: clock.now }));
      },
    });
    const created = { metrics, book };
    regions.set(region, created);
    return created;
  }

  function named(name: string | undefined, call: Call) {
    if (!name) throw missing('AlarmName');
    const { book } = at(call);
    return { book, arn: `arn:aws:cloudwatch:${call.region}:${call.account}:alarm:${name}`, existing: book.get(name) };
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    work.finally(() => underWay.delete(work));
  }
}

interface Region {
  readonly metrics: MetricStore;
  readonly book: AlarmBook;
}

function checkedState(value: string | undefined): StateValue {
  if (value === 'OK' || value === 'ALARM' || value === 'INSUFFICIENT_DATA') return value;
  throw validation(
    `1 validation error detected: Value '${value}' at 'stateValue' failed to satisfy constraint: ` +
      'Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]',
  );
}

function checkedJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new AwsError('InvalidFormatFault', 'StateReasonData is not valid JSON.'), { cause });
  }
}
