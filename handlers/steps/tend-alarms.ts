import { alarmsNotice, type NamedAlarm } from '../../core/alarm-notice.ts';
import { alarmSight, type BrokenAlarm, brokenAlarms } from '../../core/alarms.ts';
import type { Instant } from '../../core/brand.ts';
import { type AlarmReading, unevaluable } from '../../core/evidence.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { type Failover, regionNames, type Service } from '../../core/service.ts';
import { changesTrouble, type TroubleNews } from '../../core/trouble.ts';
import type { UserReading } from '../../core/users.ts';
import { watches } from '../../deployment/canaries.ts';
import { alarmName } from '../../deployment/names.ts';
import { watcherOf } from '../../deployment/shared-canaries.ts';
import type { Ports } from '../ports.ts';
import { tellNews } from './deliver.ts';
import { sentence } from './sentence.ts';

type TendPorts = Pick<Ports, 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>;

/**
 * Tells people of alarms that cannot be evaluated, as a trouble of its own: opened, reminded, closed, by the bounds of any other. The
 * ledger gives each message to one control region. Nothing here keeps a run from being started.
 */
export async function tendAlarms(
  record: LedgerRecord,
  service: Service,
  { alarms, users }: { readonly alarms: readonly AlarmReading[]; readonly users: readonly UserReading[] },
  failover: Failover,
  ports: TendPorts,
  now: Instant,
): Promise<void> {
  const { notify, observers } = failover;
  const watching = observers.filter((observer) => watches(service, observer));
  const ours = brokenAlarms(alarms, quietForMs(service, failover), now);
  const broken = [...ours.map((alarm) => namedBy(alarm, service, failover)), ...unevaluable(users).map(brokenUser)];
  const expected = watching.length * regionNames(service).length;
  const quorum = Math.min(service.policy.quorum, watching.length);
  const sight = alarmSight(alarms, broken, { expected, quorum });
  const incident = `${service.name}/alarms/${now}`;
  if (sight === null || !changesTrouble(record.alarmTrouble, sight, incident, now, notify)) return;
  try {
    const isUrgent = sight.kind === 'bad' && sight.level > 1;
    const { remindAfterMs } = notify;
    const messageOf = (news: TroubleNews) => alarmsNotice(service.name, broken, news, { isUrgent, remindAfterMs }, now);
    await tellNews(service.name, { of: 'alarms', incident, sight, rules: notify, at: now }, messageOf, ports);
  } catch (error) {
    ports.log.warn('alarms were not tended', { service: service.name, because: sentence(error) });
  }
}

/** Three runs of a canary that brought nothing, and a quarter of an hour unless the configuration says otherwise: no blip. */
const quietForMs = ({ canaries }: Service, { notify }: Failover): number =>
  Math.max(notify.remindAfterMs, 3 * canaries.everyMinutes * 60_000);

/** One of the customer's, which nobody watches for a lack of data: errors that nobody makes are none. */
const brokenUser = ({ in: observer, region, since, evaluation = '', alarm }: UserReading): NamedAlarm => ({
  alarm,
  canary: null,
  observer,
  region,
  because: evaluation,
  since,
});

const namedBy = (alarm: BrokenAlarm, service: Service, failover: Failover): NamedAlarm => ({
  ...alarm,
  alarm: alarmName(failover, service.name, alarm.region),
  canary: watcherOf(failover, service, alarm.region),
});
