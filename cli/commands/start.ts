import { disagreement } from '../../core/agreement.ts';
import { pendingQuestion } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import { type Command, type Invocation, operand, reasonOf, text } from '../command.ts';
import { type Connection, connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { followRun } from '../follow-run.ts';
import { number } from '../number.ts';
import { regionOption } from '../region-option.ts';
import { servingRegion } from '../serving-region.ts';
import { reaching } from '../unreachable.ts';
import { answerQuestion } from './approve.ts';

export const start: Command = {
  name: 'start',
  operands: '<service>',
  summary: 'move a service to another region, by hand, and watch',
  options: {
    to: { value: 'REGION', help: 'where to (default: the best ranked region that is fit)' },
    from: { value: 'REGION', help: 'the region to leave (default: the one that serves)' },
    reason: { value: 'TEXT', help: 'why; it stands in the record and in every message' },
    force: { help: 'also while paused, and without asking for approval; never towards a region that is bad' },
    'at-epoch': {
      value: 'N',
      help: 'only while the ledger is at this epoch: once anything has moved, nothing is started',
    },
  },
  example: 'understudy start orders --to us-west-2 --reason "game day"',
  run: (invocation) => run(invocation, 'manual'),
};

export const rehearse: Command = {
  name: 'rehearse',
  operands: '<service>',
  summary: 'run every step of a move and write nothing to the lever',
  options: {
    to: { value: 'REGION', help: 'where to (default: the best ranked region that is fit)' },
    reason: { value: 'TEXT', help: 'why; it stands in the record' },
  },
  example: 'understudy rehearse orders',
  run: (invocation) => run(invocation, 'rehearsal'),
};

async function run(invocation: Invocation, mode: 'manual' | 'rehearsal'): Promise<number> {
  await using connection = await connect(invocation);
  const service = serviceNamed(connection.failover, operand(invocation, 'service'));
  const to = regionOption(invocation, 'to', service);
  const leaving = regionOption(invocation, 'from', service);
  if (text(invocation, 'at-epoch') !== undefined && !(await isAtEpoch(invocation, connection, service))) {
    return exitCodes.otherwise;
  }
  if (mode === 'manual') {
    // A ledger that does not answer keeps nobody from starting: the run finds out.
    const record = await connection.ledger.read(service.name).catch(() => null);
    const question = record === null ? null : pendingQuestion(record, connection.now());
    if (question !== null && (to === undefined || to === question.to)) {
      invocation.err(`understudy: ${question.incident} asks for this very move: starting it is approving that`);
      return answerQuestion(invocation, connection, service.name, question.incident, true);
    }
  }
  const from = leaving ?? (to === undefined ? await servingRegion(connection, service) : undefined);
  const apart = await disagreementOf(connection, service);
  if (apart !== null) invocation.err(apart);
  const input = {
    service: service.name,
    mode,
    ...(to === undefined ? {} : { to }),
    ...(from === undefined ? {} : { from }),
    reason: reasonOf(invocation) ?? (mode === 'rehearsal' ? 'rehearsal' : 'asked for by hand'),
    requestedBy: await connection.identity(),
    force: invocation.values['force'] === true,
  };
  return followRun(invocation, connection, input);
}

/** Whether nothing has moved the service since the command was written down. Where the ledger does not tell, that is not known. */
async function isAtEpoch(invocation: Invocation, { ledger }: Connection, service: Service): Promise<boolean> {
  const wanted = number(invocation, 'at-epoch', { least: 0, otherwise: 0, whole: true });
  const { epoch } = await reaching('the ledger could not be read', () => ledger.read(service.name));
  if (epoch === wanted) return true;
  invocation.err(
    `${service.name} is at epoch ${epoch}, and this was meant for ${wanted}: look again before you move it`,
  );
  return false;
}

/** What the two counters say of one another; a ledger or a lever that does not answer says nothing here, and the run will. */
async function disagreementOf({ ledger, lever }: Connection, service: Service): Promise<string | null> {
  const [record, reading] = await Promise.allSettled([ledger.read(service.name), lever(service).read()]);
  if (record.status === 'rejected' || reading.status === 'rejected') return null;
  return disagreement(record.value, reading.value);
}
