import { CloudWatchClient, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Region } from '../../core/brand.ts';
import type { AlarmReading } from '../../core/evidence.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { watches } from '../../deployment/canaries.ts';
import { alarmName } from '../../deployment/names.ts';
import type { Alarms, Log } from '../ports.ts';
import { awsClient, type Reach } from './client-settings.ts';
import { namedAlarms } from './named-alarms.ts';
import { sentenceOf } from './vendor-error.ts';

export interface CloudWatchAlarmsOptions {
  readonly failover: Pick<Failover, 'name' | 'observers'>;
  readonly clientIn: (region: string) => CloudWatchClient;
  readonly log: Log;
  /** For one observer's region; the others are asked meanwhile. */
  readonly timeoutMs?: number;
}

export function alarmsClient(region: string, reach: Partial<Reach> = {}): CloudWatchClient {
  const usual = { connectMs: 1_000, answerMs: 2_000, attempts: 2 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new CloudWatchClient(settings));
}

/** Every observer's alarms on the service's regions. */
export function cloudWatchAlarms({ failover, clientIn, log, timeoutMs = 4_000 }: CloudWatchAlarmsOptions): Alarms {
  async function readFrom(observer: Region, service: Service): Promise<readonly AlarmReading[]> {
    const regions = new Map(regionNames(service).map((region) => [alarmName(failover, service.name, region), region]));
    try {
      const found = await namedAlarms(clientIn(observer), regions.keys(), timeoutMs);
      const readings = found.flatMap((alarm) => readingOf(alarm, observer, regions.get(alarm.AlarmName ?? '')));
      if (readings.length < regions.size) {
        log.warn('alarms are missing', {
          observer,
          service: service.name,
          found: readings.map(({ region }) => region),
        });
      }
      return readings;
    } catch (error) {
      log.warn('alarms could not be read', { observer, service: service.name, because: sentenceOf(error) });
      return [];
    }
  }

  return {
    read: async (service) =>
      (
        await Promise.all(
          failover.observers
            .filter((observer) => watches(service, observer))
            .map((observer) => readFrom(observer, service)),
        )
      ).flat(),
  };
}

function readingOf(alarm: MetricAlarm, observer: Region, region: Region | undefined): AlarmReading[] {
  const { StateValue: state, StateTransitionedTimestamp, StateUpdatedTimestamp } = alarm;
  // The update also counts changes that leave the state as it was, such as a partial evaluation.
  const since = StateTransitionedTimestamp ?? StateUpdatedTimestamp;
  if (region === undefined || state === undefined || since === undefined) return [];
  // A state without a word about its evaluation is a valid one; whatever stands there says that it is not.
  const evaluation: string | undefined = alarm.EvaluationState;
  return [{ observer, region, state, since: since.getTime(), ...(evaluation !== undefined && { evaluation }) }];
}
