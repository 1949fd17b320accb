import { machineNames, asl as printed } from '../../workflows/print.ts';
import { type Command, operand, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const asl: Command = {
  name: 'asl',
  operands: 'failover',
  summary: 'print a state machine as Amazon States Language, for Workflow Studio',
  options: {},
  example: 'understudy asl failover > failover.asl.json',
  async run(invocation) {
    const asked = operand(invocation, 'state machine');
    const name = machineNames.find((known) => known === asked);
    if (name === undefined)
      throw new UsageError(`there is no state machine ${asked}; there is ${machineNames.join(', ')}`);
    invocation.out(JSON.stringify(printed(name), null, 2));
    return exitCodes.done;
  },
};
