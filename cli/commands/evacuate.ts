import { type Region, region } from '../../core/brand.ts';
import { shareOf } from '../../core/routing.ts';
import { regionNames, type Service } from '../../core/service.ts';
import { type Command, type Invocation, operand, reasonOf, UsageError } from '../command.ts';
import { endedWell, reasonLines, sentenceOf } from '../concluded.ts';
import { type Connection, connect } from '../connection.ts';
import { regionOfRun } from '../executions.ts';
import { exitCodes } from '../exit-codes.ts';
import { number } from '../number.ts';
import { operatorEntry } from '../operator.ts';
import { pendingQuestion } from '../question.ts';
import { startWhereItAnswers } from '../start-where-it-answers.ts';
import { reaching, Unreachable } from '../unreachable.ts';
import { answerQuestion } from './approve.ts';

export const evacuate: Command = {
  name: 'evacuate',
  operands: '<region>',
  summary: 'move every service out of a region, by hand, and keep automation out of it until unfence',
  options: {
    reason: { value: 'TEXT', help: 'why; it stands in the record and in every message' },
    force: { help: 'also what is paused, and without asking for approval; never towards a region that is bad' },
    rehearse: { help: 'run every step of every move and write nothing' },
    'at-once': { value: 'N', help: 'so many at a time, in the order of the configuration (default: 4)' },
  },
  example: 'understudy evacuate us-east-1 --reason "AWS has an event there"',
  run,
};

/** What became of one service. */
interface Evacuated {
  readonly service: string;
  readonly isOut: boolean;
  /** In a line. */
  readonly because: string;
  readonly execution: string | null;
}

async function run(invocation: Invocation): Promise<number> {
  const { values, out } = invocation;
  const atOnce = number(invocation, 'at-once', { least: 1, most: 50, otherwise: 4, whole: true });
  await using connection = await connect(invocation);
  const from = regionOf(operand(invocation, 'region'), connection);
  const services = connection.failover.services.filter((service) => regionNames(service).includes(from));
  const waiting = services.entries();
  const done: Evacuated[] = [];
  const say = (line: string): void => {
    if (values['json'] !== true) out(line);
  };

  const work = async (): Promise<void> => {
    for (const [index, service] of waiting) {
      done[index] = await leave(service, from, invocation, connection, say);
      say(done[index].because);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));

  const stay = done.filter(({ isOut }) => !isOut).map(({ service }) => service);
  const moved = values['rehearse'] === true ? 'could leave' : 'are out of';
  say(
    `${done.length - stay.length} of ${done.length} services ${moved} ${from}${stay.length === 0 ? '' : `; not ${stay.join(', ')}`}`,
  );
  if (values['rehearse'] !== true) say(`automation keeps out of ${from} until: understudy unfence ${from}`);
  if (values['json'] === true) out(JSON.stringify({ region: from, services: done }));
  return stay.length === 0 ? exitCodes.done : exitCodes.otherwise;
}

function regionOf(name: string, { failover }: Connection): Region {
  const known = [...new Set(failover.services.flatMap(regionNames))];
  if (known.includes(region(name))) return region(name);
  throw new UsageError(`no service has a region ${name}; they have ${known.join(', ')}`);
}

/** First, so that nothing moves in or goes home there meanwhile; a ledger that does not answer keeps nobody from leaving. */
async function keepOut(service: Service, from: Region, invocation: Invocation, connection: Connection): Promise<void> {
  const { name } = service;
  const reason = reasonOf(invocation) ?? `evacuation of ${from}`;
  const command = { kind: 'fence', region: from, by: await connection.identity(), reason } as const;
  try {
    await reaching('the ledger could not be changed', () => connection.ledger.change(name, command));
    const entry = operatorEntry(name, command, command.by, connection.now());
    await reaching('the ledger could not be written', () => connection.ledger.append(entry));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    invocation.err(`${name}: ${from} may not be fenced, so automation may move back there: ${error.message}`);
  }
}

interface Asking {
  readonly incident: string;
  /** The execution that waits. */
  readonly holder: string;
}

/** Automation's run that waits for a yes to leave the region. It holds the lease: whoever leaves by hand would be refused. */
async function askingToLeave({ name }: Service, from: Region, { ledger, now }: Connection): Promise<Asking | null> {
  const record = await ledger.read(name).catch(() => null);
  const question = record === null ? null : pendingQuestion(record, now());
  const holder = record?.lease?.holder;
  return question === null || question.from !== from || holder === undefined
    ? null
    : { incident: question.incident, holder };
}

/** Answers it, and waits until its run is over: what it finds when it looks again may be that there is nothing to leave. */
async function approved({ incident, holder }: Asking, service: string, invocation: Invocation, connection: Connection) {
  await answerQuestion({ ...invocation, out: () => {} }, connection, service, incident, true).catch(
    (error: unknown) => {
      // Somebody else was faster.
      if (!(error instanceof UsageError)) throw error;
    },
  );
  const executions = connection.executionsIn(regionOfRun(holder) ?? region(connection.region));
  await executions.ended(holder, invocation.signal);
  return executions.result(holder);
}

/** One service in trouble keeps no other from leaving. Where the lever cannot be read the run finds out, and says so. */
async function leave(
  service: Service,
  from: Region,
  invocation: Invocation,
  connection: Connection,
  say: (line: string) => void,
): Promise<Evacuated> {
  const { values, err, signal } = invocation;
  const { name } = service;
  let execution: string | null = null;
  const evacuated = (isOut: boolean, because: string): Evacuated => ({ service: name, isOut, because, execution });
  const isEmpty = async (): Promise<boolean> => {
    const reading = await connection.lever(service).read();
    return reading.kind === 'read' && shareOf(reading.routing.weights, from) === 0;
  };
  try {
    if (values['rehearse'] !== true) await keepOut(service, from, invocation, connection);
    if (await isEmpty()) return evacuated(true, `${name}: nobody is in ${from}`);
    const asking = values['rehearse'] === true ? null : await askingToLeave(service, from, connection);
    if (asking !== null) {
      say(`${name}: ${asking.incident} asks for this very move: leaving ${from} is approving that`);
      execution = asking.holder;
      const result = await approved(asking, name, invocation, connection);
      if (await isEmpty()) return evacuated(true, sentenceOf(result));
      say(`${name}: ${sentenceOf(result)}`);
    }
    const input = {
      service: name,
      mode: values['rehearse'] === true ? 'rehearsal' : 'manual',
      from,
      reason: reasonOf(invocation) ?? `evacuation of ${from}`,
      requestedBy: await connection.identity(),
      force: values['force'] === true,
    } as const;
    const { executions, executionArn } = await startWhereItAnswers(connection, input, err);
    execution = executionArn;
    say(`${name}: started ${execution}`);
    await executions.ended(execution, signal);
    const result = await executions.result(execution);
    const why = await reasonLines(connection, input, executionArn, result.output);
    return evacuated(endedWell(result.output), [sentenceOf(result), ...why].join('. '));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    // Nobody says how the run ended; the lever says what it did.
    if (execution !== null && values['rehearse'] !== true && (await isEmpty())) {
      return evacuated(
        true,
        `${name}: nobody is in ${from} any more; how the run ended is not known: ${error.message}`,
      );
    }
    return evacuated(false, `${name}: ${error.message}`);
  }
}
