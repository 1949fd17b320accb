import type { Region } from '../core/brand.ts';
import type { Failover, Service, UserAlarm } from '../core/service.ts';
import { alarmArn } from './names.ts';

/** An alarm on what users see, with the region that it is about and the one where it stands. */
export interface PlacedAlarm {
  readonly region: Region;
  readonly in: Region;
  readonly alarm: UserAlarm;
}

export const userAlarmsOf = ({ regions }: Pick<Service, 'regions'>): readonly PlacedAlarm[] =>
  regions.flatMap(({ region, userAlarms = [] }) =>
    userAlarms.map((alarm) => ({ region, in: alarm.in ?? region, alarm })),
  );

export const userAlarmArns = ({ account, services }: Pick<Failover, 'account' | 'services'>): readonly string[] => [
  ...new Set(services.flatMap(userAlarmsOf).map((placed) => alarmArn({ account }, placed.in, placed.alarm.name))),
];
