import { type Act, actsOf } from '../../core/acts.ts';
import { unrecordedMove } from '../../core/agreement.ts';
import { FLEET } from '../../core/record.ts';
import type { Service } from '../../core/service.ts';
import type { Command } from '../command.ts';
import { type Connection, connect, servicesNamed } from '../connection.ts';
import { entriesOf } from '../entries-of.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { sinceOf, sinceOption } from '../since.ts';

export const audit: Command = {
  name: 'audit',
  operands: '[service…]',
  summary: 'who did what: every act of a person or of automation, and what was moved past Understudy',
  options: { since: sinceOption },
  example: 'understudy audit --since 7d',
  async run(invocation) {
    await using connection = await connect(invocation);
    const since = sinceOf(invocation, connection.now());
    const services = servicesNamed(connection.failover, invocation.operands);
    const names = services.map(({ name }) => name);
    // What concerns all services is told where all are asked about.
    const about = invocation.operands.length === 0 ? [...names, FLEET] : names;
    const [entries, past] = await Promise.all([entriesOf(about, connection), movedPast(services, connection)]);
    const acts = actsOf(entries).filter(({ at }) => at >= since);
    if (invocation.values['json'] === true) invocation.out(JSON.stringify({ acts, unrecorded: past }));
    else {
      if (acts.length === 0) invocation.out('nobody has done anything');
      for (const act of acts) invocation.out(printableLine(auditLine(act)));
      for (const { service, because } of past)
        invocation.out(printableLine(`${'now'.padEnd(24)}  ${service.padEnd(12)}  nobody recorded it: ${because}`));
    }
    return exitCodes.done;
  },
};

const auditLine = ({ at, service, incident, who, what }: Act): string => {
  const about = service === FLEET ? 'all services' : (incident ?? service);
  return `${new Date(at).toISOString()}  ${about.padEnd(12)}  ${who}: ${what}`;
};

/** A move by hand that nobody told of leaves no entry: what is left of it is that lever and ledger disagree. */
async function movedPast(services: readonly Service[], { ledger, lever, now }: Connection) {
  const found = await Promise.all(
    services.map(async (service) => {
      const [record, reading] = await Promise.allSettled([ledger.read(service.name), lever(service).read()]);
      if (record.status === 'rejected' || reading.status === 'rejected') return null;
      const because = unrecordedMove(record.value, reading.value, service, now());
      return because === null ? null : { service: service.name, because };
    }),
  );
  return found.filter((one) => one !== null);
}
