import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Region } from '../../core/brand.ts';
import type { DrillAlarm, DrillAlarmReading } from '../../core/drill-plan.ts';
import type { DrillAlarms } from '../ports.ts';
import { namedAlarms } from './named-alarms.ts';
import type { CloudWatchUsersOptions } from './user-alarms.cloudwatch.ts';
import { sentenceOf } from './vendor-error.ts';

/** Each region's in one call. */
export function cloudWatchDrillAlarms({ clientIn, log, timeoutMs = 2_000 }: CloudWatchUsersOptions): DrillAlarms {
  async function found(where: Region, alarms: readonly DrillAlarm[]): Promise<readonly MetricAlarm[]> {
    try {
      const names = alarms.map(({ name }) => name);
      return await namedAlarms(clientIn(where), names, timeoutMs);
    } catch (error) {
      log.warn('alarms of a drill could not be read', { in: where, because: sentenceOf(error) });
      return [];
    }
  }

  return {
    async read(alarms) {
      const places = [...Map.groupBy(alarms, (alarm) => alarm.in)];
      const answers = new Map(
        await Promise.all(places.map(async ([where, named]) => [where, await found(where, named)] as const)),
      );
      return alarms.map((alarm) =>
        readingOf(
          alarm,
          answers.get(alarm.in)?.find(({ AlarmName }) => AlarmName === alarm.name),
        ),
      );
    },
  };
}

/** One whose evaluation is wrong says what it said long ago. */
function readingOf(alarm: DrillAlarm, found: MetricAlarm | undefined): DrillAlarmReading {
  const isEvaluated = found?.EvaluationState === undefined;
  return { ...alarm, state: isEvaluated ? (found?.StateValue ?? 'UNKNOWN') : 'UNKNOWN' };
}
