import type { CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Region } from '../../core/brand.ts';
import type { Service } from '../../core/service.ts';
import type { UserReading } from '../../core/users.ts';
import { type PlacedAlarm, userAlarmsOf } from '../../deployment/user-alarms.ts';
import type { Log, UserAlarms } from '../ports.ts';
import { namedAlarms } from './named-alarms.ts';
import { sentenceOf } from './vendor-error.ts';

export interface CloudWatchUsersOptions {
  readonly clientIn: (region: string) => CloudWatchClient;
  readonly log: Log;
  /** For one region; the others are asked meanwhile. A burst of probes takes as long: a region that is lost holds no look up. */
  readonly timeoutMs?: number;
}

/** Each where it stands. One that does not exist says so: whoever named it counts on it. */
export function cloudWatchUsers({ clientIn, log, timeoutMs = 2_000 }: CloudWatchUsersOptions): UserAlarms {
  async function readFrom(
    where: Region,
    named: readonly PlacedAlarm[],
    service: Service,
  ): Promise<readonly UserReading[]> {
    try {
      const names = named.map(({ alarm }) => alarm.name);
      const alarms = await namedAlarms(clientIn(where), names, timeoutMs);
      return named.map((each) =>
        readingOf(
          each,
          alarms.find(({ AlarmName }) => AlarmName === each.alarm.name),
        ),
      );
    } catch (error) {
      log.warn('alarms on what users see could not be read', {
        service: service.name,
        in: where,
        because: sentenceOf(error),
      });
      return [];
    }
  }

  return {
    async read(service) {
      const byPlace = Map.groupBy(userAlarmsOf(service), (named) => named.in);
      return (await Promise.all([...byPlace].map(([where, named]) => readFrom(where, named, service)))).flat();
    },
  };
}

function readingOf({ region, in: where, alarm }: PlacedAlarm, found: MetricAlarm | undefined): UserReading {
  const about = { region, alarm: alarm.name, in: where, says: alarm.says };
  const { StateValue: state, StateTransitionedTimestamp, StateUpdatedTimestamp, EvaluationState } = found ?? {};
  const since = StateTransitionedTimestamp ?? StateUpdatedTimestamp;
  if (found === undefined || state === undefined || since === undefined) {
    return { ...about, state: 'INSUFFICIENT_DATA', since: 0, evaluation: notFound, muted: false };
  }
  return {
    ...about,
    state,
    since: since.getTime(),
    ...(EvaluationState !== undefined && { evaluation: EvaluationState }),
    muted: found.ActionsEnabled === false,
  };
}

/** Where CloudWatch answers and has no such alarm. */
const notFound = 'NOT_FOUND';
