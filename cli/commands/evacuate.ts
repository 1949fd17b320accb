import { type Region, region } from '../../core/brand.ts';
import { moreText, namesOf } from '../../core/consent.ts';
import type { Evacuation, EvacuationDirection } from '../../core/evacuation.ts';
import { pendingQuestion } from '../../core/record.ts';
import { type Service, servicesIn } from '../../core/service.ts';
import {
  type Command,
  type Invocation,
  type OptionHelp,
  operand,
  printerOf,
  reasonOf,
  UsageError,
} from '../command.ts';
import { type Connection, connect } from '../connection.ts';
import { regionOfRun } from '../executions.ts';
import { abortEvacuation, evacuationUnderWay, follow, startEvacuation } from '../follow-evacuation.ts';
import { number } from '../number.ts';
import { regionOf } from '../region-acts.ts';
import { answerFrom } from './approve.ts';

const common: Readonly<Record<string, OptionHelp>> = {
  reason: { value: 'TEXT', help: 'why; it stands in the record and in every message' },
  rehearse: { help: 'run every step of every move and write nothing' },
  'at-once': { value: 'N', help: 'so many services with runs of their own at a time (default: 10)' },
  abort: { help: 'begin no further service of the one that is under way; what is done stays done' },
};

export const evacuate: Command = {
  name: 'evacuate',
  operands: '<region>',
  summary:
    'lead every service out of a region, tier by tier, and keep automation out; it goes on when this command ends',
  options: {
    ...common,
    force: { help: 'also what is paused; never towards a region that is not good' },
  },
  example: 'understudy evacuate us-east-1 --reason "AWS has an event there"',
  run: (invocation) => work(invocation, 'leave'),
};

export const returnTo: Command = {
  name: 'return',
  operands: '<region>',
  summary: 'bring every service back that an evacuation led out of a region, where it is well again, and open it',
  options: {
    ...common,
    force: { help: 'also where no quorum sees the region well' },
  },
  example: 'understudy return us-east-1 --reason "the event is over"',
  run: (invocation) => work(invocation, 'return'),
};

async function work(invocation: Invocation, direction: EvacuationDirection): Promise<number> {
  const { values } = invocation;
  const atOnce = number(invocation, 'at-once', { least: 1, most: 40, otherwise: 10, whole: true });
  await using connection = await connect(invocation);
  const where = regionOf(operand(invocation, 'region'), connection);
  if (values['abort'] === true) return abortEvacuation(invocation, connection, where);
  const rehearse = values['rehearse'] === true;
  const say = printerOf(invocation);

  const current = rehearse ? null : await evacuationUnderWay(connection);
  if (current !== null) {
    if (!isThis(current, where, direction)) throw new UsageError(otherUnderWay(current));
    say(`${current.by} began it at ${new Date(current.startedAt).toISOString()}: ${current.reason}`);
    say(`following ${current.holder}`);
    return follow({ id: current.id, executionArn: current.holder }, invocation, connection);
  }
  const asks = rehearse || direction === 'return' ? [] : await askingToLeave(where, connection);
  for (const asking of asks) await approveLeaving(asking, where, invocation, connection, say);
  const begun = await startEvacuation(
    connection,
    {
      region: where,
      direction,
      reason: reasonOf(invocation) ?? `${direction === 'leave' ? 'evacuation of' : 'return to'} ${where}`,
      requestedBy: await connection.identity(),
      force: values['force'] === true,
      rehearse,
      atOnce,
    },
    say,
  );
  say(`started ${begun.executionArn}`);
  const code = await follow(begun, invocation, connection);
  if (!rehearse && direction === 'leave')
    say(`automation keeps out of ${where} until: understudy return ${where}, or understudy unfence ${where}`);
  return code;
}

const isThis = (current: Evacuation, where: Region, direction: EvacuationDirection): boolean =>
  current.region === where && current.direction === direction;

const otherUnderWay = ({ id, by, region: of, direction }: Evacuation): string =>
  `${by} ${direction === 'leave' ? 'evacuates' : 'returns to'} ${of} (${id}), and there is one at a time; understudy ${direction === 'leave' ? 'evacuate' : 'return'} ${of} follows it, with --abort it begins nothing further`;

interface Asking {
  readonly service: Service;
  readonly incident: string;
  /** The execution that waits. */
  readonly holder: string;
}

/** Automation's runs that wait for a yes to leave the region: each holds a lease, and a run of the evacuation would be refused. */
async function askingToLeave(from: Region, { failover, ledger, now }: Connection): Promise<readonly Asking[]> {
  const asked = await Promise.all(
    servicesIn(failover, from).map(async (service) => {
      const record = await ledger.read(service.name).catch(() => null);
      const question = record === null ? null : pendingQuestion(record, now());
      const holder = record?.lease?.holder;
      return question === null || question.from !== from || holder === undefined
        ? null
        : { service, incident: question.incident, holder };
    }),
  );
  return asked.filter((asking) => asking !== null);
}

/**
 * Answers it, and waits until its run is over: what it finds when it looks again may be that there is nothing to leave. Where others have
 * to approve too nobody knows when that is: that is said, and the other services do not wait for it.
 */
async function approveLeaving(
  { service, incident, holder }: Asking,
  from: Region,
  invocation: Invocation,
  connection: Connection,
  say: (line: string) => void,
): Promise<void> {
  say(`${service.name}: ${incident} asks for this very move: leaving ${from} is approving that`);
  // Somebody else may have been faster: then its run goes on.
  const answered = await answerFrom(connection, service.name, incident, true);
  if (answered.kind === 'counted') {
    say(`${incident}: approved by ${namesOf(answered.given)}; ${moreText(answered.more)}, or one to decline`);
    return;
  }
  if (answered.kind === 'unproven') {
    say(`${incident} asks for several people, and AWS does not say who you are: nothing was approved`);
    return;
  }
  const executions = connection.executionsIn(regionOfRun(holder) ?? region(connection.region));
  await executions.ended(holder, invocation.signal);
}
