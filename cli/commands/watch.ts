import { setTimeout as delay } from 'node:timers/promises';
import type { Entry } from '../../core/entry.ts';
import { isGoodEnding } from '../../core/incident.ts';
import { type Command, UsageError } from '../command.ts';
import { connect, servicesNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';
import { Unreachable } from '../unreachable.ts';
import { newsOf } from '../watching.ts';

/** Between two questions to the ledger. */
const pollMs = 1_000;

export const watch: Command = {
  name: 'watch',
  operands: '[service…]',
  summary: 'what happens to services, in sentences, as it happens: the runs that automation started, too; until Ctrl-C',
  options: {
    'until-ended': { help: 'end when the next run that was let in has ended; its exit status is that of start' },
  },
  example: 'understudy watch orders',
  async run(invocation) {
    await using connection = await connect(invocation);
    const { failover, ledger } = connection;
    const { operands, values, signal, out, err } = invocation;
    const services = servicesNamed(failover, operands);
    if (values['quiet'] === true && values['until-ended'] !== true) {
      throw new UsageError('watch --quiet would say nothing for ever; add --until-ended');
    }
    const news = services.map(({ name }) => newsOf(name, ledger));
    let isFirst = true;
    let isAway = false;
    for (;;) {
      const asked = await Promise.allSettled(news.map((next) => next()));
      const silent = asked.find((answer) => answer.status === 'rejected');
      // A region in trouble is what one watches for: silence is told once, and asked on.
      if (silent !== undefined && !isAway)
        err(`understudy: ${new Unreachable('the ledger could not be read, asking on', silent.reason).message}`);
      else if (silent === undefined && isAway) err('understudy: the ledger answers again');
      isAway = silent !== undefined;
      if (isFirst && !isAway && values['json'] !== true)
        out(`watching ${services.map(({ name }) => name).join(', ')}; Ctrl-C ends it`);
      isFirst &&= isAway;
      const told = asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      for (const entry of told.sort((a, b) => a.at - b.at))
        out(values['json'] === true ? JSON.stringify(entry) : printableLine(watchLine(entry)));
      const end = values['until-ended'] === true ? told.find(isEnd) : undefined;
      if (end?.what.kind === 'concluded') return isGoodEnding(end.what.ending) ? exitCodes.done : exitCodes.otherwise;
      await delay(pollMs, undefined, { signal });
    }
  },
};

const isEnd = ({ incident, what }: Entry): boolean => what.kind === 'concluded' && incident !== null;

const watchLine = ({ at, service, incident, text }: Entry): string =>
  `${new Date(at).toISOString().slice(11, 23)}  ${(incident ?? service).padEnd(12)}  ${text}`;
