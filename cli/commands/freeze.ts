import { type Region, region } from '../../core/brand.ts';
import { heldFreezes } from '../../core/freeze.ts';
import type { LedgerCommand } from '../../core/ledger-command.ts';
import { regionNames, servicesIn } from '../../core/service.ts';
import { type Command, type Invocation, operand, reasonOf, text, UsageError } from '../command.ts';
import { type Connection, connect, operate, serviceNamed } from '../connection.ts';
import { didYouMean } from '../did-you-mean.ts';
import { exitCodes } from '../exit-codes.ts';
import { momentToCome } from '../instant.ts';
import { reasonGiven } from '../region-acts.ts';
import { reaching } from '../unreachable.ts';

const until = {
  value: 'WHEN',
  help: 'until when, like 8h, 3d or 2026-11-30T08:00:00Z; at most 90 days. It ends by itself, and automation moves again as before',
};

export const freeze: Command = {
  name: 'freeze',
  operands: '<region|service>',
  summary:
    'a change freeze: automation moves nothing towards a region, or nothing of a service, unless the region that serves is down for every observer',
  options: { until, reason: { value: 'TEXT', help: 'why; whoever is held by it reads it' } },
  example: 'understudy freeze us-west-2 --until 8h --reason "release 41 is half deployed"',
  async run(invocation) {
    const reason = reasonGiven(invocation);
    await using connection = await connect(invocation);
    const { what, services } = whatOf(invocation, connection);
    const given = text(invocation, 'until');
    if (given === undefined)
      throw new UsageError('say until when, with --until 8h: a freeze that nobody ends is forgotten');
    const now = connection.now();
    const end = momentToCome(given, now);
    if (end === null || end - now > freezeMaxMs) {
      throw new UsageError(
        `--until ${given} is neither a length like 8h nor a point in time to come like 2026-11-30T08:00:00Z, within 90 days`,
      );
    }
    const by = await connection.identity();
    const command = { kind: 'freeze', region: what, by, reason, until: end } as const;
    const replacing = await replaced(connection, services, what);
    const which = what === null ? 'anywhere' : `towards ${what}`;
    return each(
      invocation,
      connection,
      services,
      command,
      (name) =>
        `${name} is frozen until ${new Date(end).toISOString()}${replacing.get(name) ?? ''}: automation moves it ${which} only where the region that serves is down for every observer, and people still hear of an outage. A person moves it with understudy start; to end it before: understudy thaw ${what ?? name}`,
    );
  },
};

const freezeMaxMs = 90 * 86_400_000;

export const thaw: Command = {
  name: 'thaw',
  operands: '<region|service>',
  summary: 'end a freeze that a person began; one by the calendar ends with its period',
  options: { reason: { value: 'TEXT', help: 'why; it stands in the record' } },
  example: 'understudy thaw us-west-2',
  async run(invocation) {
    await using connection = await connect(invocation);
    const { what, services } = whatOf(invocation, connection);
    const command = { kind: 'thaw', region: what } as const;
    const done = (name: string) => `${name} is no longer frozen${what === null ? '' : ` towards ${what}`}`;
    return each(invocation, connection, services, command, done);
  },
};

/** A region with the services that have it, or a service as a whole. Throws `UsageError` for a name that is neither. */
function whatOf(invocation: Invocation, { failover }: Pick<Connection, 'failover'>) {
  const name = operand(invocation, 'region or service');
  const regions: readonly Region[] = failover.services.flatMap(regionNames);
  const what = regions.find((each) => each === region(name)) ?? null;
  const known = [...new Set([...regions, ...failover.services.map((service) => service.name)])];
  if (!known.includes(name)) {
    throw new UsageError(
      `${name} is no region and no service${didYouMean(name, known)}; the configuration has ${known.join(', ')}`,
    );
  }
  const services = what === null ? [serviceNamed(failover, name)] : servicesIn(failover, what);
  return { what, services: services.map((service) => service.name) };
}

/** There is one freeze of each region, and one of the service as a whole: whose a new one replaces, which may have been meant for longer. */
async function replaced({ ledger, now }: Connection, services: readonly string[], what: Region | null) {
  const texts = new Map<string, string>();
  for (const name of services) {
    const record = await reaching('the ledger could not be read', () => ledger.read(name));
    const before = heldFreezes(record, now()).find((each) => each.region === what);
    if (before === undefined) continue;
    const until = new Date(before.until).toISOString();
    texts.set(name, `, in the place of the freeze by ${before.by} until ${until} (${before.reason})`);
  }
  return texts;
}

/** One record after another: what could not be written is told by name, and nothing that was is undone. */
async function each(
  invocation: Invocation,
  connection: Connection,
  services: readonly string[],
  command: Extract<LedgerCommand, { kind: 'freeze' | 'thaw' }>,
  done: (service: string) => string,
): Promise<number> {
  const codes: number[] = [];
  for (const name of services) {
    codes.push(await operate(invocation, connection, name, command, done(name), reasonOf(invocation)));
  }
  // Of several services those that were thawed already are as asked.
  const isSo =
    command.kind === 'thaw' ? codes.includes(exitCodes.done) : codes.every((code) => code === exitCodes.done);
  return isSo ? exitCodes.done : exitCodes.otherwise;
}
