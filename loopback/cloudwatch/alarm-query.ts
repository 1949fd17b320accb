import type { DescribeAlarmsCommandInput, DescribeAlarmsForMetricCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Alarm } from './alarm.ts';
import type { AlarmBook } from './alarm-book.ts';
import { described } from './alarm-description.ts';
import { alarmsIn } from './alarm-rule.ts';
import { validation } from './error.ts';
import { metricId } from './metric-query.ts';
import { metricKey } from './metric-store.ts';
import { page } from './page.ts';

export function describeAlarms(book: AlarmBook, input: DescribeAlarmsCommandInput): object {
  const { AlarmNames: names, AlarmNamePrefix: prefix, StateValue: state, ActionPrefix: actionPrefix } = input;
  if (names !== undefined && prefix !== undefined) {
    throw validation('AlarmNamePrefix and AlarmNames cannot be specified together.');
  }
  if ((names?.length ?? 0) > 100) throw validation('AlarmNames must not have more than 100 members.');
  const size = input.MaxRecords ?? 50;
  if (size < 1 || size > 100) throw validation('MaxRecords must be between 1 and 100.');
  const types = input.AlarmTypes ?? ['MetricAlarm'];

  const found = related(book, input).filter(
    (alarm) =>
      types.includes(alarm.type) &&
      (names === undefined || names.length === 0 || names.includes(alarm.name)) &&
      (prefix === undefined || alarm.name.startsWith(prefix)) &&
      (state === undefined || alarm.state.value === state) &&
      (actionPrefix === undefined ||
        Object.values(alarm.actions)
          .flat()
          .some((action) => action.startsWith(actionPrefix))),
  );
  const { items, nextToken } = page(found, size, input.NextToken);
  return {
    MetricAlarms: items.filter(({ type }) => type === 'MetricAlarm').map(described),
    CompositeAlarms: items.filter(({ type }) => type === 'CompositeAlarm').map(described),
    ...(nextToken ? { NextToken: nextToken } : {}),
  };
}

export function describeAlarmsForMetric(book: AlarmBook, input: DescribeAlarmsForMetricCommandInput): object {
  const wanted = metricKey(metricId(input));
  const found = book
    .list()
    .filter(
      (alarm) =>
        alarm.type === 'MetricAlarm' &&
        metricKey(alarm.metric) === wanted &&
        (input.Statistic === undefined || input.Statistic === alarm.statistic) &&
        (input.ExtendedStatistic === undefined || input.ExtendedStatistic === alarm.statistic) &&
        (input.Period === undefined || input.Period === alarm.period) &&
        (input.Unit === undefined || input.Unit === alarm.unit),
    );
  return { MetricAlarms: found.map(described) };
}

/** All alarms, or those above or below a composite alarm. */
function related(book: AlarmBook, input: DescribeAlarmsCommandInput): readonly Alarm[] {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input;
  const ruleOf = (alarm: Alarm | undefined) => (alarm?.type === 'CompositeAlarm' ? alarmsIn(alarm.rule) : []);
  if (parent !== undefined) {
    const children = ruleOf(book.get(parent));
    return book.list().filter(({ name }) => children.includes(name));
  }
  if (child !== undefined) return book.list().filter((alarm) => ruleOf(alarm).includes(child));
  return book.list();
}
