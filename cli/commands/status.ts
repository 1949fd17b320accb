import type { RoutingReading } from '../../core/evidence.ts';
import type { LedgerRecord } from '../../core/ledger.ts';
import { sharesText } from '../../core/routing.ts';
import type { Command } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { reaching } from '../unreachable.ts';

export const status: Command = {
  name: 'status',
  operands: '[service]',
  summary: 'who serves, what automation may do, and what waits for a person',
  options: {},
  example: 'understudy status --json',
  async run(invocation) {
    await using connection = await connect(invocation);
    const { failover, now } = connection;
    const chosen =
      invocation.operands.length === 0
        ? failover.services
        : invocation.operands.map((name) => serviceNamed(failover, name));
    const states = await Promise.all(chosen.map((service) => stateOf(connection, service.name)));
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(states));
    else for (const state of states) invocation.out(lines(state, now()).join('\n'));
    return states.every(({ routing }) => routing.kind === 'read') ? exitCodes.done : exitCodes.unreachable;
  },
};

interface ServiceState {
  readonly service: string;
  readonly routing: RoutingReading;
  readonly ledger: LedgerRecord;
  /** Decides, and writes nothing. */
  readonly shadow: boolean;
}

async function stateOf({ failover, ledger, lever }: Connection, name: string): Promise<ServiceState> {
  const service = serviceNamed(failover, name);
  const [record, routing] = await Promise.all([
    reaching(`the ledger ${failover.ledger.tableName} in ${failover.ledger.region} could not be read`, () =>
      ledger.read(name),
    ),
    lever(service).read(),
  ]);
  return { service: name, routing, ledger: record, shadow: service.policy.shadow };
}

function lines({ service, routing, ledger, shadow }: ServiceState, now: number): string[] {
  const served =
    routing.kind === 'read'
      ? sharesText(routing.routing.weights)
      : `UNKNOWN, the lever cannot be read: ${routing.because}`;
  const automation =
    ledger.paused !== null
      ? `paused by ${ledger.paused.by}: ${ledger.paused.reason}`
      : ledger.armed
        ? 'armed'
        : `disarmed until somebody runs: understudy ack ${service}   (${ledger.unacknowledged ?? 'a move'} waits)`;
  const lease =
    ledger.lease !== null && ledger.lease.expiresAt > now ? `under way: ${ledger.lease.holder}` : 'nothing under way';
  return [
    service,
    `  serves      ${served}`,
    `  automation  ${automation}${shadow ? ', in shadow: it decides and writes nothing' : ''}`,
    `  run         ${lease}`,
    ...ledger.told.map(
      ({ what, region, at }) =>
        `  trouble     ${region ?? 'the front door'}: ${what.replace('/', ', ')}; people were told at ${new Date(at).toISOString()}`,
    ),
    `  epoch       ${ledger.epoch}${ledger.lastMoveAt === null ? '' : `, last moved ${new Date(ledger.lastMoveAt).toISOString()}`}`,
  ];
}
