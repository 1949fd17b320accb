import { type Command, operand, text } from '../command.ts';
import { connect, operate } from '../connection.ts';
import { operator } from '../operator.ts';

export const pause: Command = {
  name: 'pause',
  operands: '<service>',
  summary: 'stop every move of a service, the one under way included, until it is resumed',
  options: { reason: { value: 'TEXT', help: 'why; whoever is refused will read it. Again, to change it' } },
  example: 'understudy pause orders --reason "database migration until 14:00"',
  async run(invocation) {
    await using connection = await connect(invocation);
    const service = operand(invocation, 'service');
    const command = {
      kind: 'pause',
      by: operator(),
      reason: text(invocation, 'reason') ?? null,
    } as const;
    return operate(
      invocation,
      connection,
      service,
      command,
      `${service} is paused: nothing moves it until: understudy resume ${service}`,
    );
  },
};

export const resume: Command = {
  name: 'resume',
  operands: '<service>',
  summary: 'end a pause',
  options: {},
  example: 'understudy resume orders',
  async run(invocation) {
    await using connection = await connect(invocation);
    const service = operand(invocation, 'service');
    return operate(invocation, connection, service, { kind: 'resume' }, `${service} is no longer paused`);
  },
};
