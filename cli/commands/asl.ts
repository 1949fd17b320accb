import { printMachine } from '../../workflows/print.ts';
import { type Command, operand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const asl: Command = {
  name: 'asl',
  operands: 'failover',
  summary: 'print a state machine as Amazon States Language, for Workflow Studio',
  options: {},
  example: 'understudy asl failover > failover.asl.json',
  async run(invocation) {
    invocation.out(JSON.stringify(printMachine(operand(invocation, 'state machine')), null, 2));
    return exitCodes.done;
  },
};
