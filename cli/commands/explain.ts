import { reportOf } from '../../core/report.ts';
import { reportMarkdown } from '../../core/report-markdown.ts';
import { type Command, operand, UsageError } from '../command.ts';
import { connect, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { historyLines } from '../history-lines.ts';
import { sinceOf, sinceOption } from '../since.ts';
import { reaching } from '../unreachable.ts';

export const explain: Command = {
  name: 'explain',
  operands: '<incident|service>',
  summary: 'why a run moved, held or refused, line by line (of a service: what happened; --json has every entry)',
  options: { since: sinceOption },
  example: 'understudy explain orders#7',
  async run(invocation) {
    await using connection = await connect(invocation);
    const named = operand(invocation, 'incident or service');
    const service = serviceNamed(connection.failover, named.split('#')[0] ?? named);
    const since = sinceOf(invocation, connection.now());
    const whole = await reaching('the ledger could not be read', () => connection.ledger.entries(service.name));
    const json = invocation.values['json'] === true;
    if (named.includes('#') && Number.isFinite(since)) {
      throw new UsageError('--since is for a service; an incident is explained whole');
    }
    const entries = whole.filter(({ at }) => at >= since);
    if (!named.includes('#')) {
      // A service: everything that its ledger tells, refusals of runs that never became an incident included.
      if (json) invocation.out(JSON.stringify(entries));
      else for (const line of historyLines(entries)) invocation.out(line);
      if (entries.length === 0 && !json)
        invocation.out(`nothing has happened to ${service.name} ${whole.length === 0 ? 'yet' : 'since then'}`);
      return exitCodes.done;
    }
    if (!entries.some(({ incident }) => incident === named)) {
      const known = [...new Set(entries.flatMap(({ incident }) => (incident === null ? [] : [incident])))];
      throw new UsageError(
        `${named} is not in the ledger; it knows ${known.length === 0 ? 'no incident yet' : known.slice(-5).join(', ')}`,
      );
    }
    const report = reportOf(named, entries, { rtoTargetMs: service.policy.rtoTargetMs });
    invocation.out(json ? JSON.stringify(report) : reportMarkdown(report));
    return exitCodes.done;
  },
};
