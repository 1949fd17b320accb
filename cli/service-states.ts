import { knownState } from '../core/known-state.ts';
import type { LedgerRecord } from '../core/record.ts';
import type { Service } from '../core/service.ts';
import type { ServiceState } from '../core/service-state.ts';
import type { FreshLook } from '../core/standings.ts';
import { alarmsClient, cloudWatchAlarms } from '../handlers/adapters/alarms.cloudwatch.ts';
import { cloudWatchArrivals } from '../handlers/adapters/arrivals.cloudwatch.ts';
import { byRegion } from '../handlers/adapters/client-by-region.ts';
import { cloudWatchUsers } from '../handlers/adapters/user-alarms.cloudwatch.ts';
import { lookForStragglers } from '../handlers/steps/tend-stragglers.ts';
import type { Connection } from './connection.ts';
import { reaching } from './unreachable.ts';

/** Reads the state of one service, as often as it is called: from the ledger, the lever, the alarms, and what observers saw just now where they were asked. Throws `Unreachable`. */
export function serviceStates(
  connection: Connection,
): (service: Service, look?: () => Promise<FreshLook>) => Promise<ServiceState> {
  const { failover, endpoint, ledger, lever, now } = connection;
  const reach = endpoint === null ? {} : { endpoint };
  // An observer that does not answer in time is left out.
  const alarms = cloudWatchAlarms({
    failover,
    clientIn: byRegion((region) => alarmsClient(region, reach)),
    log: { warn: () => {} },
  });
  const userAlarms = cloudWatchUsers({
    clientIn: byRegion((region) => alarmsClient(region, reach)),
    log: { warn: () => {} },
    timeoutMs: personsMs,
  });
  const arrivals = cloudWatchArrivals(
    byRegion((region) => alarmsClient(region, reach)),
    personsMs,
  );
  return async (service, look) => {
    const record = await reaching(
      `the ledger ${failover.ledger.tableName} in ${failover.ledger.region} could not be read`,
      () => ledger.read(service.name),
    );
    const [routing, readings, users, looks, fresh] = await Promise.all([
      lever(service).read(),
      alarms.read(service).catch(() => []),
      userAlarms.read(service),
      lastLook(connection, record),
      look?.(),
    ]);
    const at = now();
    const stragglers = await lookForStragglers(
      { record, routing, alarms: readings },
      service,
      failover,
      { arrivals },
      at,
    ).catch(() => 'unknown' as const);
    return knownState(
      { record, routing, alarms: readings, users, looks, fresh, ...(stragglers !== 'unknown' && { stragglers }) },
      service,
      failover,
      at,
    );
  };
}

/** For the CloudWatch of a region that was left, and may be lost: a person waits. */
const personsMs = 2_000;

/** Of the run that was let in last, or of the one before where that one has not looked yet; nothing where they are not to be had. */
async function lastLook({ ledger }: Connection, { service, epoch }: LedgerRecord) {
  for (const at of [epoch, epoch - 1].filter((at) => at > 0)) {
    const entries = await ledger.entries(service, `${service}#${at}`).catch(() => []);
    if (entries.some(({ what }) => what.kind === 'decided')) return entries;
  }
  return [];
}
