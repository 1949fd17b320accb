import { type Region, region } from '../../core/brand.ts';
import { regionNames } from '../../core/service.ts';
import { type Command, operand, UsageError } from '../command.ts';
import { connect, operate, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';

export const unfence: Command = {
  name: 'unfence',
  operands: '<region> [service …]',
  summary: 'open a region that was fenced by hand: automation may move there again',
  options: {},
  example: 'understudy unfence us-east-1',
  async run(invocation) {
    await using connection = await connect(invocation);
    const opened: Region = region(operand({ ...invocation, operands: invocation.operands.slice(0, 1) }, 'region'));
    const { services } = connection.failover;
    const named = invocation.operands.slice(1).map((name) => serviceNamed(connection.failover, name));
    const chosen = named.length > 0 ? named : services.filter((service) => regionNames(service).includes(opened));
    if (chosen.length === 0) throw new UsageError(`no service has a region ${opened}`);
    const codes: number[] = [];
    for (const { name } of chosen) {
      const done = `${name}: ${opened} is open again`;
      codes.push(await operate(invocation, connection, name, { kind: 'unfence', region: opened }, done));
    }
    // Where all are meant, those that were open already are as asked.
    const asAsked = named.length > 0 ? codes.every((code) => code === 0) : codes.some((code) => code === 0);
    return asAsked ? exitCodes.done : exitCodes.otherwise;
  },
};
