import { disagreement } from '../../core/agreement.ts';
import type { Instant } from '../../core/brand.ts';
import type { RoutingReading } from '../../core/evidence.ts';
import { coolsUntil } from '../../core/limit.ts';
import type { LedgerRecord } from '../../core/record.ts';
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
    const states = await Promise.all(chosen.map((service) => stateOf(connection, service.name, now())));
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
  /** Until when automation admits no run; null where it is not cooling down. */
  readonly coolsUntil: Instant | null;
}

async function stateOf({ failover, ledger, lever }: Connection, name: string, now: Instant): Promise<ServiceState> {
  const service = serviceNamed(failover, name);
  const [record, routing] = await Promise.all([
    reaching(`the ledger ${failover.ledger.tableName} could not be read`, () => ledger.read(name)),
    lever(service).read(),
  ]);
  return {
    service: name,
    routing,
    ledger: record,
    shadow: service.policy.shadow,
    coolsUntil: coolsUntil(record, service.policy, now),
  };
}

function lines({ service, routing, ledger, shadow, coolsUntil }: ServiceState, now: Instant): string[] {
  const served =
    routing.kind === 'read'
      ? sharesText(routing.routing.weights)
      : `UNKNOWN, the lever cannot be read: ${routing.because}`;
  const automation =
    ledger.paused !== null
      ? `paused by ${ledger.paused.by}: ${ledger.paused.reason}`
      : ledger.armed
        ? `armed${coolsUntil === null ? '' : `, cooling down until ${new Date(coolsUntil).toISOString()}`}`
        : `disarmed until somebody runs: understudy ack ${service}   (${ledger.unacknowledged ?? 'a move'} waits)`;
  const lease =
    ledger.lease !== null && ledger.lease.expiresAt > now ? `under way: ${ledger.lease.holder}` : 'nothing under way';
  const apart = disagreement(ledger, routing);
  return [
    service,
    `  serves      ${served}`,
    `  automation  ${automation}${shadow ? ', in shadow: it decides and writes nothing' : ''}`,
    `  run         ${lease}`,
    ...ledger.fences.map(
      ({ region, by, reason, at }) =>
        `  fenced      ${region}, by ${by} at ${new Date(at).toISOString()}: ${reason}; to open it: understudy unfence ${region} ${service}`,
    ),
    `  epoch       ${ledger.epoch}${apart === null ? '' : `; ${apart}`}`,
  ];
}
