import type { Command } from '../command.ts';
import { connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { serviceStates } from '../service-states.ts';
import { statusLines } from '../status-lines.ts';

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
    const stateOf = serviceStates(connection);
    const states = await Promise.all(chosen.map((service) => stateOf(service)));
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(states));
    else for (const state of states) invocation.out(statusLines(state, now()).map(printableLine).join('\n'));
    return states.every(({ routing }) => routing.kind === 'read') ? exitCodes.done : exitCodes.unreachable;
  },
};
