import { region } from '../../core/brand.ts';
import { answering } from '../answering.ts';
import { type Command, type Invocation, operand, UsageError } from '../command.ts';
import { connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { operator } from '../operator.ts';
import { reaching } from '../unreachable.ts';

export const approve: Command = {
  name: 'approve',
  operands: '<incident>',
  summary: 'let a run go on that asks for approval',
  options: {},
  example: 'understudy approve orders#7',
  run: (invocation) => answer(invocation, true),
};

export const decline: Command = {
  name: 'decline',
  operands: '<incident>',
  summary: 'end a run that asks for approval',
  options: {},
  example: 'understudy decline orders#7',
  run: (invocation) => answer(invocation, false),
};

/** The token stays between the ledger and Step Functions: it is never printed, because whoever holds it decides. */
async function answer(invocation: Invocation, approved: boolean): Promise<number> {
  await using connection = await connect(invocation);
  const incident = operand(invocation, 'incident');
  const service = serviceNamed(connection.failover, incident.split('#')[0] ?? incident);
  const pending = await reaching('the ledger could not be read', () =>
    connection.ledger.pendingApproval(service.name, incident),
  );
  if (pending === null) throw new UsageError(`${incident} does not wait for approval`);
  // The token works only where the execution runs: the holder's ARN says where.
  const { lease } = await reaching('the ledger could not be read', () => connection.ledger.read(service.name));
  const executionArn = lease?.holder ?? null;
  const executions = connection.executionsIn(region(executionArn?.split(':')[3] ?? connection.region));
  const output = { approved, by: operator() };
  const answered = await answering(executions, { taskToken: pending.taskToken, executionArn, output });
  if (answered.kind === 'already') {
    invocation.out(
      invocation.values['json'] === true
        ? JSON.stringify({ incident, already: answered.output })
        : `${incident} was already answered: ${JSON.stringify(answered.output)}`,
    );
    return exitCodes.otherwise;
  }
  if (invocation.values['json'] === true) invocation.out(JSON.stringify({ incident, ...output }));
  else invocation.out(`${incident} ${approved ? 'approved' : 'declined'}`);
  return exitCodes.done;
}
