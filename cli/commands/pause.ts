import { type Command, operand, reasonOf, text, UsageError } from '../command.ts';
import { connect, operate, serviceNamed } from '../connection.ts';
import { lengthOf } from '../length.ts';
import { reaching } from '../unreachable.ts';

export const pause: Command = {
  name: 'pause',
  operands: '<service>',
  summary: 'stop every move of a service, the one under way included, until it is resumed',
  options: {
    reason: { value: 'TEXT', help: 'why; whoever is refused will read it. Again, to change it' },
    for: { value: 'LENGTH', help: 'how long, like 90m, 2h or 1d (default: 24h); people are reminded before it ends' },
  },
  example: 'understudy pause orders --for 2h --reason "database migration"',
  async run(invocation) {
    await using connection = await connect(invocation);
    const service = operand(invocation, 'service');
    const length = text(invocation, 'for');
    const forMs = length === undefined ? null : lengthOf(length);
    if (length !== undefined && (forMs === null || forMs > pauseMaxMs)) {
      throw new UsageError(`--for ${length} is no length up to 30 days; write it like 90m, 2h or 1d`);
    }
    const command = {
      kind: 'pause',
      by: await connection.identity(),
      reason: reasonOf(invocation) ?? null,
      ...(forMs !== null && { until: connection.now() + forMs }),
    } as const;
    const end = forMs === null ? 'for 24 hours, or as long as it was paused for before' : `for ${length}`;
    const done = `${service} is paused ${end}: nothing moves it, and people still hear of an outage. To end it before: understudy resume ${service}`;
    return operate(invocation, connection, service, command, done);
  },
};

const pauseMaxMs = 30 * 86_400_000;

export const resume: Command = {
  name: 'resume',
  operands: '<service>',
  summary: 'end a pause',
  options: {},
  example: 'understudy resume orders',
  async run(invocation) {
    await using connection = await connect(invocation);
    const service = serviceNamed(connection.failover, operand(invocation, 'service')).name;
    const { paused } = await reaching('the ledger could not be read', () => connection.ledger.read(service));
    const done = paused === null ? `${service} was not paused; nothing changed` : `${service} is no longer paused`;
    return operate(invocation, connection, service, { kind: 'resume' }, done);
  },
};
