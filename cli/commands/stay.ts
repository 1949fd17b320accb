import { type Command, operand } from '../command.ts';
import { connect, operate } from '../connection.ts';
import { reasonGiven } from '../region-acts.ts';

export const stay: Command = {
  name: 'stay',
  operands: '<service>',
  summary:
    'say that a service that was moved stays where it is: automation does not bring it home, and nobody is reminded to',
  options: { reason: { value: 'TEXT', help: 'why; it stands in the record and in status' } },
  example: 'understudy stay orders --reason "us-east-1 is rebuilt until spring"',
  async run(invocation) {
    const reason = reasonGiven(invocation);
    await using connection = await connect(invocation);
    const service = operand(invocation, 'service');
    const by = await connection.identity();
    const done = `${service} stays where it is, until it is moved again. Where that is meant for good, put the region first in the configuration`;
    return operate(invocation, connection, service, { kind: 'stay', by, reason }, done);
  },
};
