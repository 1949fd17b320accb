import type { Failover, Service } from '../../core/service.ts';
import { alarmName } from '../../deployment/names.ts';
import { deployedNames, mappedNames } from '../backtest/alarm-names.ts';
import { type Histories, readHistories, readTruth } from '../backtest/files.ts';
import { replay } from '../backtest/replay.ts';
import { scoreOf } from '../backtest/score.ts';
import { sharesFrom } from '../backtest/shares.ts';
import { assumptions, backtestText, type ServiceBacktest } from '../backtest/text.ts';
import { type Command, text, UsageError } from '../command.ts';
import { writtenFailover } from '../configuration.ts';
import { configuration, servicesNamed } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';

export const backtest: Command = {
  name: 'backtest',
  operands: '[service]',
  summary: 'what it would have done, from the alarm history that CloudWatch keeps',
  options: {
    alarms: {
      value: 'PATH',
      help: 'what `aws cloudwatch describe-alarm-history` printed in an observer’s region, in a file named after that (us-east-2.json, us-east-2-page-2.json), or a folder of such files',
    },
    map: {
      value: 'FILE',
      help: 'alarms that stand in for ours: {"prod-api-5xx": {"service": "orders", "region": "us-east-1"}}; region null is the front door',
    },
    shares: {
      value: 'REGION=PERCENT,…',
      help: 'how the traffic was shared before the first move, as us-east-1=50,us-west-2=50 (default: all of it at home)',
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
    // No lever is touched, so none has to be there.
    const failover = await configuration(invocation, text(invocation, 'endpoint') ?? null, writtenFailover);
    const services = servicesNamed(failover, invocation.operands);
    const map = text(invocation, 'map');
    const names = map === undefined ? deployedNames(failover) : await mappedNames(map, failover);
    const histories = await readHistories(alarms, names, failover);
    const truth = text(invocation, 'truth');
    const outages = truth === undefined ? null : await readTruth(truth, failover);

    const shares = text(invocation, 'shares');
    const results = services.map((service): ServiceBacktest => {
      const own = histories.changes.filter((change) => change.service === service.name);
      const standing = histories.standing.filter((alarm) => alarm.service === service.name);
      const usual = shares === undefined ? undefined : sharesFrom(shares, service);
      const happened = replay(service, failover.observers, own, standing, usual);
      const theirs = outages?.filter((outage) => outage.service === service.name);
      return {
        service: service.name,
        changes: own.length,
        happened,
        score: theirs === undefined ? null : scoreOf(happened, theirs),
      };
    });
    const notes = [...histories.notes, ...services.flatMap((service) => unheard(service, histories, failover))];
    for (const note of notes) invocation.err(`backtest: ${note}`);
    invocation.out(
      invocation.values['json'] === true
        ? JSON.stringify({ services: results, notes, assumptions })
        : backtestText(results),
    );
    const wrong = results.some(({ score }) => score !== null && score.misses.length + score.falseMoves.length > 0);
    return wrong ? exitCodes.otherwise : exitCodes.done;
  },
};

/** A history that could not have led to a move, whatever was in it. */
function unheard({ name, policy, regions }: Service, { changes, standing }: Histories, failover: Failover): string[] {
  const own = changes.filter(({ service }) => service === name);
  const observers = new Set(
    [...own, ...standing.filter(({ service }) => service === name)].map(({ observer }) => observer),
  );
  const few =
    observers.size < policy.quorum
      ? [
          `${name}: histories of ${observers.size} observers, and its quorum is ${policy.quorum}: it could not have moved`,
        ]
      : [];
  const expected = [...regions.map(({ region }) => region), null].map((region) => alarmName(failover, name, region));
  const none =
    own.length === 0
      ? [`${name}: no change of an alarm that is looked for: ${expected.join(', ')}; name others with --map`]
      : [];
  return [...few, ...none];
}
