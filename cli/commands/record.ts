import { region } from '../../core/brand.ts';
import { leadingRegions, servingRegions, sharesText } from '../../core/routing.ts';
import { regionNames } from '../../core/service.ts';
import { type Command, operand, reasonOf, text, UsageError } from '../command.ts';
import { connect, operate, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';

export const record: Command = {
  name: 'record',
  operands: '<service>',
  summary: 'tell automation of a move that was made by hand, past Understudy',
  options: {
    'moved-to': { value: 'REGION', help: 'the region that has the traffic now, or the greatest share of it' },
    reason: { value: 'TEXT', help: 'why it was moved; it stands in the record' },
    force: { help: 'also where the lever cannot be read, or does not say so yet' },
  },
  example: 'understudy record orders --moved-to us-west-2 --reason "by the printed page, game day"',
  async run(invocation) {
    const to = text(invocation, 'moved-to');
    const reason = reasonOf(invocation);
    if (to === undefined || reason === undefined)
      throw new UsageError('record takes --moved-to REGION and --reason "…"');
    await using connection = await connect(invocation);
    const service = serviceNamed(connection.failover, operand(invocation, 'service'));
    const movedTo = region(to);
    if (!regionNames(service).includes(movedTo)) {
      throw new UsageError(
        `--moved-to ${to} is no region of ${service.name}; it has ${regionNames(service).join(', ')}`,
      );
    }
    const reading = await connection.lever(service).read();
    const says =
      reading.kind === 'read'
        ? `the lever says ${sharesText(reading.routing.weights)}`
        : `the lever cannot be read: ${reading.because}`;
    // Of regions that share alike either is where it was moved to.
    const agrees = reading.kind === 'read' && leadingRegions(reading.routing.weights).includes(movedTo);
    if (!agrees && invocation.values['force'] !== true) {
      invocation.err(`nothing was recorded: ${says}. Move it first, wait until the lever says so, or add --force`);
      return reading.kind === 'read' ? exitCodes.otherwise : exitCodes.unreachable;
    }
    const epoch = reading.kind === 'read' ? reading.routing.epoch : null;
    const serving = agrees ? servingRegions(reading.routing.weights) : undefined;
    const done = `${service.name}: a person moved it to ${to}; ${says}. Automation does not undo that`;
    return operate(invocation, connection, service.name, { kind: 'record', movedTo, epoch, serving }, done, reason);
  },
};
