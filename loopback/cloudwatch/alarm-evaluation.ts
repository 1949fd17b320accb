import { unreachable } from '../unreachable.ts';
import { reasonData, reasonText } from './alarm-reason.ts';
import { breaches, type Datapoint, type EvaluationConfig, type RealDatapoint, type StateValue } from './threshold.ts';

export interface Evaluation {
  readonly state: StateValue;
  /** The sentence of `StateReason`. */
  readonly reason: string;
  /** The JSON of `StateReasonData`. */
  readonly reasonData: string;
}

/**
 * How many periods are looked at. AWS does not publish the number ("depends on the length of the alarm period"); its
 * examples look at 5 periods for N = 3, whatever M is.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/**
 * What an alarm's state is, given its evaluation range from the oldest period to the newest. Null where it keeps the
 * state that it has.
 */
export function evaluateAlarm(config: EvaluationConfig, range: readonly Datapoint[], now: number): Evaluation | null {
  const newestFirst = range.toReversed();
  const real = newestFirst.filter(isReal);
  const judged = judge(config, newestFirst, real);
  if (judged === null) return null;

  const evaluated = evaluatedDatapoints(config, newestFirst, real);
  return {
    state: judged.state,
    reason: reasonText(config, judged.state, judged.filled, evaluated.filter(isReal)),
    reasonData: reasonData(config, evaluated, now),
  };
}

interface Judgement {
  readonly state: StateValue;
  /** Missing periods that were counted as breaching or as good. */
  readonly filled: number;
}

function judge(
  config: EvaluationConfig,
  newestFirst: readonly Datapoint[],
  real: readonly RealDatapoint[],
): Judgement | null {
  const needed = config.datapointsToAlarm ?? config.evaluationPeriods;
  const compared = real.slice(0, config.evaluationPeriods);
  const breaching = compared.filter(({ value }) => breaches(config, value)).length;
  const filled = config.evaluationPeriods - compared.length;
  if (filled === 0) return { state: breaching >= needed ? 'ALARM' : 'OK', filled: 0 };

  switch (config.treatMissingData) {
    case 'breaching':
      return { state: breaching + filled >= needed ? 'ALARM' : 'OK', filled };
    case 'notBreaching':
      return { state: breaching >= needed ? 'ALARM' : 'OK', filled };
    case 'missing':
    case 'ignore': {
      if (breaching >= needed) return { state: 'ALARM', filled: 0 };
      if (breaching < compared.length) return { state: 'OK', filled: 0 };
      if (config.treatMissingData === 'ignore') return null;
      return { state: premature(config, newestFirst, needed) ? 'ALARM' : 'INSUFFICIENT_DATA', filled: 0 };
    }
    default:
      return unreachable(config.treatMissingData);
  }
}

/**
 * Too few datapoints, all of them breaching: an alarm all the same once the oldest of them is M periods old, because
 * waiting longer would bring no better evidence. "Avoiding premature transitions to alarm state", on the page above.
 * So an observer that dies right after one failed probe raises an alarm.
 */
function premature(config: EvaluationConfig, newestFirst: readonly Datapoint[], needed: number): boolean {
  const oldest = newestFirst.findLastIndex((point) => isReal(point) && breaches(config, point.value));
  return oldest + 1 >= needed;
}

/** The real datapoints that were compared and the newest missing ones that stood in for the rest, newest first. */
function evaluatedDatapoints(
  config: EvaluationConfig,
  newestFirst: readonly Datapoint[],
  real: readonly RealDatapoint[],
): readonly Datapoint[] {
  const compared = real.slice(0, config.evaluationPeriods);
  const missing = newestFirst.filter((point) => !isReal(point)).slice(0, config.evaluationPeriods - compared.length);
  return [...compared, ...missing].toSorted((a, b) => b.at - a.at);
}

function isReal(point: Datapoint): point is RealDatapoint {
  return point.value !== null;
}
