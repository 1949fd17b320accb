import { region, unreachable } from '../../core/brand.ts';
import { moreText, namesOf } from '../../core/consent.ts';
import type { Entry } from '../../core/entry.ts';
import type { Question } from '../../core/record.ts';
import { type Answered, answerQuestion as answer } from '../../handlers/approval/answer-question.ts';
import { answering } from '../answering.ts';
import { type Command, type Invocation, operand, UsageError } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { regionOfRun } from '../executions.ts';
import { exitCodes } from '../exit-codes.ts';
import { reaching } from '../unreachable.ts';

export const approve: Command = {
  name: 'approve',
  operands: '<service|incident>',
  summary: 'let a run go on that asks for approval',
  options: {},
  example: 'understudy approve orders',
  run: (invocation) => run(invocation, true),
};

export const decline: Command = {
  name: 'decline',
  operands: '<service|incident>',
  summary: 'end a run that asks for approval',
  options: {},
  example: 'understudy decline orders',
  run: (invocation) => run(invocation, false),
};

async function run(invocation: Invocation, approved: boolean): Promise<number> {
  await using connection = await connect(invocation);
  const named = operand(invocation, 'service or incident');
  const service = serviceNamed(connection.failover, named.split('#')[0] ?? named);
  return answerQuestion(invocation, connection, service.name, named, approved);
}

/** Answers the only question of a service, or that of an incident, and says what became of the answer. */
export async function answerQuestion(
  invocation: Invocation,
  connection: Connection,
  service: string,
  named: string,
  approved: boolean,
): Promise<number> {
  const answered = await answerFrom(connection, service, named.includes('#') ? named : null, approved);
  const say = (told: object, line: string) =>
    invocation.out(invocation.values['json'] === true ? JSON.stringify(told) : line);
  switch (answered.kind) {
    case 'nothing-waits':
      throw new UsageError(nothingWaits(named, answered.other, answered.earlier));
    case 'unproven':
      throw new UsageError(
        `${answered.incident} asks for several people, and AWS does not say who you are: sts get-caller-identity must answer`,
      );
    case 'already':
      say(
        { incident: answered.incident, already: answered.output },
        `${answered.incident} was already answered: ${JSON.stringify(answered.output)}`,
      );
      return exitCodes.otherwise;
    case 'counted': {
      const { incident, given, more, isWritten } = answered;
      if (!isWritten)
        invocation.err(`understudy: the approval counts; the ledger has no line of it yet, approve again`);
      say(
        { incident, approved, given, more },
        `${incident}: approved by ${namesOf(given)}; ${moreText(more)}: understudy approve ${incident}`,
      );
      return exitCodes.done;
    }
    case 'taken': {
      const { incident, by, isWritten } = answered;
      if (!isWritten) {
        invocation.err(`understudy: the answer was taken; the ledger did not write it down, the run will`);
      }
      say({ incident, approved, by }, `${incident} ${approved ? 'approved' : 'declined'}`);
      return exitCodes.done;
    }
    default:
      return unreachable(answered);
  }
}

/** By whom AWS says. The token works only where the execution runs: the holder's ARN says where. */
export async function answerFrom(
  connection: Connection,
  service: string,
  incident: string | null,
  approved: boolean,
): Promise<Answered> {
  const { ledger, now } = connection;
  const by = await connection.identity();
  return answer(
    { service, incident, approved, by },
    {
      ledger: {
        ...ledger,
        read: (name) => reaching('the ledger could not be read', () => ledger.read(name)),
        pendingApproval: (...of) => reaching('the ledger could not be read', () => ledger.pendingApproval(...of)),
        change: (...of) => reaching('the ledger did not take the answer', () => ledger.change(...of)),
      },
      now,
      tell: (told) =>
        answering(connection.executionsIn(regionOfRun(told.executionArn) ?? region(connection.region)), told),
    },
  );
}

function nothingWaits(named: string, question: Question | null, earlier: Entry | null): string {
  const other = question === null ? '' : `; ${question.incident} does`;
  const answered =
    earlier === null ? '' : `; ${earlier.incident}: ${earlier.text}, at ${new Date(earlier.at).toISOString()}`;
  return `${named} does not wait for approval${other}${answered}`;
}
