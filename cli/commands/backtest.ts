import { readHistories, readTruth } from '../backtest/files.ts';
import { replay } from '../backtest/replay.ts';
import { scoreOf } from '../backtest/score.ts';
import { assumptions, backtestText, type ServiceBacktest } from '../backtest/text.ts';
import { type Command, text, UsageError } from '../command.ts';
import { configuration, serviceNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';

export const backtest: Command = {
  name: 'backtest',
  operands: '[service]',
  summary: 'what it would have done, from the alarm history that CloudWatch keeps',
  options: {
    alarms: {
      value: 'PATH',
      help: 'what `aws cloudwatch describe-alarm-history` printed in an observer’s region, in a file named after that (us-east-2.json), or a folder of such files',
    },
    truth: {
      value: 'FILE',
      help: 'the outages that there were: [{"service","region","from","to"}]; tells hits, misses and false moves',
    },
  },
  example: 'understudy backtest --alarms alarms/ --truth outages.json',
  async run(invocation) {
    const alarms = text(invocation, 'alarms');
    if (alarms === undefined) throw new UsageError('say where the alarm history is: --alarms PATH');
    const failover = await configuration(invocation, text(invocation, 'endpoint') ?? null);
    const services =
      invocation.operands.length === 0
        ? failover.services
        : invocation.operands.map((name) => serviceNamed(failover, name));
    const { changes, heard } = await readHistories(alarms, failover);
    const truth = text(invocation, 'truth');
    const outages = truth === undefined ? null : await readTruth(truth, failover);

    const results = services.map((service): ServiceBacktest => {
      const own = changes.filter((change) => change.service === service.name);
      const happened = replay(service, failover.observers, own, heard);
      const theirs = outages?.filter((outage) => outage.service === service.name);
      return {
        service: service.name,
        changes: own.length,
        happened,
        score: theirs === undefined ? null : scoreOf(happened, theirs),
      };
    });
    invocation.out(
      invocation.values['json'] === true ? JSON.stringify({ services: results, assumptions }) : backtestText(results),
    );
    const wrong = results.some(({ score }) => score !== null && score.misses.length + score.falseMoves.length > 0);
    return wrong ? exitCodes.otherwise : exitCodes.done;
  },
};
