import { type Region, region } from '../../core/brand.ts';
import { chunks } from '../../core/chunks.ts';
import { FLEET } from '../../core/record.ts';
import { type Service, servicesIn } from '../../core/service.ts';
import { keepOut } from '../../handlers/steps/region/keep-out.ts';
import { open } from '../../handlers/steps/region/open.ts';
import { type Command, type Invocation, operand, reasonOf, UsageError } from '../command.ts';
import { type Connection, connect, operate, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { operatorEntry } from '../operator.ts';
import { printableLine } from '../printable.ts';
import { regionPorts } from '../region-acts.ts';
import { reaching } from '../unreachable.ts';

export const unfence: Command = {
  name: 'unfence',
  operands: '<region> [service …]',
  summary:
    'open a region that was fenced by hand: callers come back where they came from, and automation may move there again',
  options: {
    reason: { value: 'TEXT', help: 'why; it stands in the record' },
    force: { help: 'also for services that no quorum sees well there' },
  },
  example: 'understudy unfence us-east-1',
  async run(invocation) {
    await using connection = await connect(invocation);
    const opened: Region = region(operand({ ...invocation, operands: invocation.operands.slice(0, 1) }, 'region'));
    const named = invocation.operands.slice(1).map((name) => serviceNamed(connection.failover, name));
    const chosen = named.length > 0 ? named : servicesIn(connection.failover, opened);
    if (chosen.length === 0) throw new UsageError(`no service has a region ${opened}`);
    const stays = await openStores(invocation, connection, opened, named.length > 0 ? named : null);
    const codes: number[] = stays.size > 0 ? [exitCodes.otherwise] : [];
    const free = chosen.filter(({ name }) => !stays.has(name));
    for (const some of chunks(free, writesAtOnce)) {
      const done = await Promise.all(
        some.map(({ name }) => {
          const text = `${name}: ${opened} is open again`;
          return operate(invocation, connection, name, { kind: 'unfence', region: opened }, text, reasonOf(invocation));
        }),
      );
      codes.push(...done);
    }
    if (named.length === 0 && stays.size === 0) await openFleet(invocation, connection, opened);
    // Where all are meant, those that were open already are as asked.
    const asAsked = named.length > 0 ? codes.every((code) => code === 0) : stays.size === 0 && codes.includes(0);
    return asAsked ? exitCodes.done : exitCodes.otherwise;
  },
};

/** Records that are written at a time. */
const writesAtOnce = 50;

/** Takes the override away where it holds. Names the services that stay out, because the region does not serve them well. */
async function openStores(
  invocation: Invocation,
  connection: Connection,
  opened: Region,
  services: readonly Service[] | null,
): Promise<ReadonlySet<string>> {
  const { out, err, values } = invocation;
  const by = await connection.identity();
  const reason = reasonOf(invocation) ?? 'opened by hand';
  const opening = {
    id: `unfence-${opened}-${connection.now()}`,
    region: opened,
    by,
    reason,
    services,
    force: values['force'] === true,
  };
  const result = await reaching('the override of regions could not be changed', () =>
    open(opening, regionPorts(connection, err), connection.failover),
  );
  const say = (line: string) => (values['json'] === true ? err(line) : out(printableLine(line)));
  for (const { service, because } of result.stays)
    say(
      `${service} stays out of ${opened}: ${because}; to open it all the same: understudy unfence ${opened} ${service} --force`,
    );
  if (result.writes > 0 && result.opened.length > 0)
    say(`${result.opened.length} services meet their own weights in ${opened} again`);
  return new Set(result.stays.map(({ service }) => service));
}

async function openFleet({ err }: Invocation, connection: Connection, opened: Region): Promise<void> {
  const { ledger, now, identity } = connection;
  const { fences } = await ledger.read(FLEET).catch(() => ({ fences: [] }));
  if (!fences.some((fence) => fence.region === opened)) return;
  const command = { kind: 'unfence', region: opened } as const;
  for (const failed of await keepOut([], command, { ledger }))
    err(`${opened} may still be told of as fenced: ${failed}`);
  await reaching('the ledger could not be written', async () =>
    ledger.append(operatorEntry(FLEET, command, await identity(), now())),
  );
}
