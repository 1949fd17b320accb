import type { DescribeAlarmHistoryCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Alarm, AlarmState } from './alarm.ts';
import { type Page, page } from './page.ts';

export interface HistoryItem {
  readonly AlarmName: string;
  readonly AlarmType: Alarm['type'];
  readonly Timestamp: Date;
  readonly HistoryItemType: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  readonly HistorySummary: string;
  readonly HistoryData: string;
}

export interface AlarmHistory {
  add(item: HistoryItem): void;
  find(input: DescribeAlarmHistoryCommandInput): Page<HistoryItem>;
}

/** CloudWatch keeps two weeks (30 days by now); the sandbox, so many items. */
const mostItems = 10_000;

export function alarmHistory(): AlarmHistory {
  const items: HistoryItem[] = [];

  return {
    add(item) {
      items.push(item);
      if (items.length > mostItems) items.splice(0, items.length - mostItems);
    },

    find(input) {
      // AWS shows metric alarms only, where neither a name nor a type is given.
      const types = input.AlarmTypes ?? (input.AlarmName === undefined ? ['MetricAlarm'] : undefined);
      const found = items.filter(
        (item) =>
          (input.AlarmName === undefined || item.AlarmName === input.AlarmName) &&
          (types === undefined || types.includes(item.AlarmType)) &&
          (input.HistoryItemType === undefined || item.HistoryItemType === input.HistoryItemType) &&
          (input.StartDate === undefined || item.Timestamp >= input.StartDate) &&
          (input.EndDate === undefined || item.Timestamp <= input.EndDate),
      );
      const ordered = input.ScanBy === 'TimestampAscending' ? found : found.toReversed();
      return page(ordered, input.MaxRecords ?? 100, input.NextToken);
    },
  };
}

/** `HistoryData` of a state update. The reason data is JSON already and keeps its spelling. */
export function stateUpdateData(previous: AlarmState, state: AlarmState): string {
  return `{"version":"1.0","oldState":${stateData(previous)},"newState":${stateData(state)}}`;
}

function stateData({ value, reason, reasonData }: AlarmState): string {
  const data = reasonData === undefined ? '' : `,"stateReasonData":${reasonData}`;
  return `{"stateValue":${JSON.stringify(value)},"stateReason":${JSON.stringify(reason)}${data}}`;
}
