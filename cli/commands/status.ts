import type { Instant } from '../../core/brand.ts';
import { coolsUntil } from '../../core/limit.ts';
import type { LedgerRecord } from '../../core/record.ts';
import { alarmsClient, cloudWatchAlarms } from '../../handlers/adapters/alarms.cloudwatch.ts';
import type { Command } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { pendingQuestion } from '../question.ts';
import { standings } from '../standing.ts';
import { type ServiceState, statusLines } from '../status-lines.ts';
import { reaching } from '../unreachable.ts';

export const status: Command = {
  name: 'status',
  operands: '[service]',
  summary: 'what waits for a person, how the service is, who serves, and what automation may do',
  options: {},
  example: 'understudy status --json',
  async run(invocation) {
    await using connection = await connect(invocation);
    const { failover, now } = connection;
    const chosen =
      invocation.operands.length === 0
        ? failover.services
        : invocation.operands.map((name) => serviceNamed(failover, name));
    const states = await Promise.all(chosen.map((service) => stateOf(connection, service.name, now())));
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(states));
    else for (const state of states) invocation.out(statusLines(state, now()).map(printableLine).join('\n'));
    return states.every(({ routing }) => routing.kind === 'read') ? exitCodes.done : exitCodes.unreachable;
  },
};

async function stateOf(connection: Connection, name: string, now: Instant): Promise<ServiceState> {
  const { failover, ledger, lever } = connection;
  const service = serviceNamed(failover, name);
  const record = await reaching(
    `the ledger ${failover.ledger.tableName} in ${failover.ledger.region} could not be read`,
    () => ledger.read(name),
  );
  const [routing, alarms, looks] = await Promise.all([
    lever(service).read(),
    alarmsOf(connection)
      .read(service)
      .catch(() => []),
    lastLook(connection, record),
  ]);
  return {
    service: name,
    question: pendingQuestion(record, now),
    health: standings(service, failover.observers, alarms, looks, now),
    routing,
    ledger: record,
    shadow: service.policy.shadow,
    coolsUntil: coolsUntil(record, service.policy, now),
  };
}

/** An observer that does not answer in time is left out. */
function alarmsOf({ failover, endpoint }: Connection) {
  const reach = endpoint === null ? {} : { endpoint };
  return cloudWatchAlarms({ failover, clientIn: (region) => alarmsClient(region, reach), log: { warn: () => {} } });
}

/** Of the run that was let in last, or of the one before where that one has not looked yet; nothing where they are not to be had. */
async function lastLook({ ledger }: Connection, { service, epoch }: LedgerRecord) {
  for (const at of [epoch, epoch - 1].filter((at) => at > 0)) {
    const entries = await ledger.entries(service, `${service}#${at}`).catch(() => []);
    if (entries.some(({ what }) => what.kind === 'decided')) return entries;
  }
  return [];
}
