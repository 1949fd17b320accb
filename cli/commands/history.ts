import { lasting } from '../../core/lasting.ts';
import { type PastRun, pastRuns } from '../../core/past-runs.ts';
import type { Command } from '../command.ts';
import { connect, servicesNamed } from '../connection.ts';
import { entriesOf } from '../entries-of.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { sinceOf, sinceOption } from '../since.ts';

export const history: Command = {
  name: 'history',
  operands: '[service…]',
  summary: 'every run that was let in, a line each: when, who asked, how it ended',
  options: { since: sinceOption },
  example: 'understudy history orders --since 30d',
  async run(invocation) {
    await using connection = await connect(invocation);
    const since = sinceOf(invocation, connection.now());
    const services = servicesNamed(connection.failover, invocation.operands);
    const entries = await entriesOf(
      services.map(({ name }) => name),
      connection,
    );
    const runs = pastRuns(entries).filter(({ at }) => at >= since);
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(runs));
    else if (runs.length === 0) invocation.out('no run was let in');
    else for (const run of runs) invocation.out(printableLine(historyLine(run)));
    return exitCodes.done;
  },
};

function historyLine({ at, incident, mode, ending, headline, tookMs, requestedBy, reason }: PastRun): string {
  const took = tookMs === null ? '' : lasting(tookMs);
  const said = headline ?? 'under way, or it could not write down how it ended';
  const why = mode === 'automatic' ? reason : `${requestedBy}: ${reason}`;
  const columns = [
    new Date(at).toISOString(),
    incident.padEnd(12),
    mode.padEnd(9),
    (ending ?? '-').padEnd(15),
    took.padEnd(9),
  ];
  return `${columns.join('  ')}  ${said} (${why})`;
}
