import * as z from 'zod';
import { readJson } from '../../config/read-json.ts';
import { type Region, region } from '../../core/brand.ts';
import { type Failover, regionNames, type UserAlarm } from '../../core/service.ts';
import { watches } from '../../deployment/canaries.ts';
import { alarmName, watchedTargets } from '../../deployment/names.ts';
import { UsageError } from '../command.ts';
import { checkedInput } from './history-page.ts';

/** What an alarm tells of, as far as its name and the place of its history say. */
export interface Told {
  readonly service: string;
  /** Null for the front door. */
  readonly region: Region | null;
  /** Where it stands, for one on what users see. */
  readonly observer: Region;
  /** What one on what users see is to say; absent for one that stands in for probes. */
  readonly user?: UserAlarm['says'];
}

/** Which alarms count, by name. */
export interface AlarmNames {
  /** Null for an alarm of somebody else. `observer` is the one that a history is named after, or null. */
  readonly toldBy: (alarm: string, observer: Region | null) => Told | null;
  /**
   * Every alarm that the whole histories of these observers would tell of, had it changed; `all` where every history is whole,
   * those without an observer's name too.
   */
  readonly standing: (observers: readonly Region[], all: boolean) => readonly (Told & { readonly alarm: string })[];
  /** Whether an alarm counts by the name of its history alone. */
  readonly needsObserver: (alarm: string) => boolean;
}

/** The names that a deployment gives: the same in every observer’s region, where canaries watch the service. */
export function deployedNames(failover: Failover): AlarmNames {
  const targets = watchedTargets(failover).map(({ service, region }) => ({
    alarm: alarmName(failover, service.name, region),
    service,
    region,
  }));
  return {
    toldBy(alarm, observer) {
      const user = userAlarmTold(alarm, observer, failover);
      if (user !== null) return user;
      const found = targets.find((target) => target.alarm === alarm);
      return found === undefined || observer === null
        ? null
        : { service: found.service.name, region: found.region, observer };
    },
    standing: (observers) =>
      observers.flatMap((observer) =>
        targets
          .filter(({ service }) => watches(service, observer))
          .map(({ alarm, service, region }) => ({ alarm, service: service.name, region, observer })),
      ),
    needsObserver: (alarm) => targets.some((target) => target.alarm === alarm),
  };
}

/** Its name says which it is where one place has it; of several the place of the history does. */
function userAlarmTold(alarm: string, at: Region | null, { services }: Failover): Told | null {
  const places = services.flatMap(({ name: service, regions }) =>
    regions.flatMap(({ region, userAlarms = [] }) =>
      userAlarms
        .filter(({ name }) => name === alarm)
        .map(({ in: observer = region, says }) => ({ service, region, observer, user: says })),
    ),
  );
  return places.find(({ observer }) => observer === at) ?? (places.length === 1 ? (places[0] ?? null) : null);
}

const mapSchema = z.record(
  z.string(),
  z.strictObject({
    service: z.string(),
    region: z.string().nullable(),
    observer: z.string().optional(),
  }),
);

const mapExample =
  'write it like { "prod-api-5xx": { "service": "orders", "region": "us-east-1" } }, with null for the front door, and "observer" where the file is named after none';

/** Names of other alarms that stand in for ours, from a file, beside ours. Throws `UsageError` with the place of a fault. */
export async function mappedNames(file: string, failover: Failover): Promise<AlarmNames> {
  const printed = await readJson(file).catch((cause: Error) => {
    throw new UsageError(`${file} ${cause.message}; ${mapExample}`);
  });
  const map = new Map(Object.entries(checkedInput(mapSchema, printed, file, mapExample)));
  for (const [alarm, { service, region, observer }] of map) {
    const place = `${file}: ${JSON.stringify(alarm)}`;
    const known = failover.services.find(({ name }) => name === service);
    if (known === undefined) throw new UsageError(`${place}.service: the configuration has no ${service}`);
    if (region !== null && !regionNames(known).some((name) => name === region)) {
      throw new UsageError(`${place}.region: ${region} is no region of ${service}`);
    }
    if (observer !== undefined && !failover.observers.some((name) => name === observer)) {
      throw new UsageError(`${place}.observer: ${observer} is none of ${failover.observers.join(', ')}`);
    }
  }
  const ours = deployedNames(failover);
  const toldBy = (alarm: string, at: Region | null): Told | null => {
    const mapped = map.get(alarm);
    if (mapped === undefined) return ours.toldBy(alarm, at);
    const observer = mapped.observer === undefined ? at : region(mapped.observer);
    if (observer === null) return null;
    return { service: mapped.service, region: mapped.region === null ? null : region(mapped.region), observer };
  };
  return {
    toldBy,
    // An alarm stands where it is said to; of ours nobody knows whether there are any.
    standing: (observers, all) =>
      [...map].flatMap(([alarm, { observer }]) => {
        const named = observer === undefined ? observers : all ? [region(observer)] : [];
        return named.flatMap((at) => {
          const told = toldBy(alarm, at);
          return told === null ? [] : [{ ...told, alarm }];
        });
      }),
    needsObserver: (alarm) => (map.has(alarm) ? map.get(alarm)?.observer === undefined : ours.needsObserver(alarm)),
  };
}
