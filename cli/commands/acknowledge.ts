import { type Command, operand } from '../command.ts';
import { connect, operate } from '../connection.ts';

export const acknowledge: Command = {
  name: 'ack',
  operands: '<service|incident>',
  summary: 'say that you have seen the last automatic move; automation is armed again',
  options: {},
  example: 'understudy ack orders',
  async run(invocation) {
    await using connection = await connect(invocation);
    const [service = '', epoch] = operand(invocation, 'service or incident').split('#');
    const incident = epoch === undefined ? null : `${service}#${epoch}`;
    return operate(invocation, connection, service, { kind: 'acknowledge', incident }, `${service} is armed again`);
  },
};
