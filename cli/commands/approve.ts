import { region } from '../../core/brand.ts';
import { approvalEntryId, type Entry } from '../../core/entry.ts';
import { answerText } from '../../core/messages.ts';
import { lastIncident, type Question } from '../../core/record.ts';
import { answering } from '../answering.ts';
import { type Command, type Invocation, operand, UsageError } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { regionOfRun } from '../executions.ts';
import { exitCodes } from '../exit-codes.ts';
import { pendingQuestion } from '../question.ts';
import { reaching } from '../unreachable.ts';

export const approve: Command = {
  name: 'approve',
  operands: '<service|incident>',
  summary: 'let a run go on that asks for approval',
  options: {},
  example: 'understudy approve orders',
  run: (invocation) => answer(invocation, true),
};

export const decline: Command = {
  name: 'decline',
  operands: '<service|incident>',
  summary: 'end a run that asks for approval',
  options: {},
  example: 'understudy decline orders',
  run: (invocation) => answer(invocation, false),
};

async function answer(invocation: Invocation, approved: boolean): Promise<number> {
  await using connection = await connect(invocation);
  const named = operand(invocation, 'service or incident');
  const service = serviceNamed(connection.failover, named.split('#')[0] ?? named);
  return answerQuestion(invocation, connection, service.name, named, approved);
}

/**
 * Answers the only question of a service, or that of an incident. The token stays between the ledger and Step Functions: it is never
 * printed, because whoever holds it decides.
 */
export async function answerQuestion(
  invocation: Invocation,
  connection: Connection,
  service: string,
  named: string,
  approved: boolean,
): Promise<number> {
  const { ledger, now } = connection;
  const record = await reaching('the ledger could not be read', () => ledger.read(service));
  const question = pendingQuestion(record, now());
  const incident = named.includes('#') ? named : (question?.incident ?? null);
  const pending =
    incident === null
      ? null
      : await reaching('the ledger could not be read', () => ledger.pendingApproval(service, incident));
  if (incident === null || pending === null) {
    const earlier = await lastAnswer(connection, service, incident ?? lastIncident(record));
    throw new UsageError(nothingWaits(named, question, earlier));
  }
  // The token works only where the execution runs: the holder's ARN says where.
  const executionArn = record.lease?.holder ?? null;
  const executions = connection.executionsIn(regionOfRun(executionArn) ?? region(connection.region));
  const by = await connection.identity();
  const output = { approved, by };
  const answered = await answering(executions, { taskToken: pending.taskToken, executionArn, output });
  const json = invocation.values['json'] === true;
  if (answered.kind === 'already') {
    invocation.out(
      json
        ? JSON.stringify({ incident, already: answered.output })
        : `${incident} was already answered: ${JSON.stringify(answered.output)}`,
    );
    return exitCodes.otherwise;
  }
  await writeDown(connection, service, incident, question, { approved, by }, invocation.err);
  if (json) invocation.out(JSON.stringify({ incident, ...output }));
  else invocation.out(`${incident} ${approved ? 'approved' : 'declined'}`);
  return exitCodes.done;
}

function nothingWaits(named: string, question: Question | null, earlier: Entry | null): string {
  const other = question === null ? '' : `; ${question.incident} does`;
  const answered =
    earlier === null ? '' : `; ${earlier.incident}: ${earlier.text}, at ${new Date(earlier.at).toISOString()}`;
  return `${named} does not wait for approval${other}${answered}`;
}

/** Two people may answer the same question: the second one is told who was first. Null where nobody knows. */
async function lastAnswer({ ledger }: Connection, service: string, incident: string): Promise<Entry | null> {
  const entries = await ledger.entries(service, incident).catch(() => []);
  return entries.findLast(({ what }) => what.kind === 'approval') ?? null;
}

/** At the time of the answer. Where that does not come about the run itself writes it down, when it ends. */
async function writeDown(
  { ledger, now }: Connection,
  service: string,
  incident: string,
  question: Question | null,
  { approved, by }: { approved: boolean; by: string },
  say: (text: string) => void,
): Promise<void> {
  const decision = approved ? 'approved' : 'declined';
  const way = question?.incident === incident ? `${question.from} to ${question.to}` : null;
  try {
    await ledger.append({
      id: approvalEntryId(incident, way),
      service,
      incident,
      at: now(),
      text: answerText({ approved, by, decision }),
      what: { kind: 'approval', decision, by },
    });
    await ledger.change(service, { kind: 'unask', incident });
  } catch {
    say(`understudy: the answer was taken; the ledger did not write it down, the run will`);
  }
}
