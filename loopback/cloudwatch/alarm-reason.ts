import { unreachable } from '../unreachable.ts';
import {
  breaches,
  type Comparison,
  type Datapoint,
  type EvaluationConfig,
  type RealDatapoint,
  type StateValue,
} from './threshold.ts';

/** Up to this many datapoints stand inside the sentence; of more, only the newest ones, after it. */
const mostInline = 4;
const mostListed = 5;

/** `StateReason`, in the words that CloudWatch uses. `compared` is newest first. */
export function reasonText(
  config: EvaluationConfig,
  state: StateValue,
  filled: number,
  compared: readonly RealDatapoint[],
): string {
  const total = config.evaluationPeriods;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${count(total, 'datapoint')} ${were(total)} unknown.`;
  if (filled > 0) {
    const received =
      compared.length === 0 ? 'no datapoints were' : `${count(compared.length, 'datapoint')} ${were(compared.length)}`;
    const treatment = config.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
    return (
      `Threshold Crossed: ${received} received for ${count(total, 'period')} and ` +
      `${count(filled, 'missing datapoint')} ${were(filled)} treated as [${treatment}].`
    );
  }

  const supporting = compared.filter(({ value }) => breaches(config, value) === (state === 'ALARM'));
  const listed = `[${supporting.slice(0, mostListed).map(written).join(', ')}]`;
  const inline = supporting.length <= mostInline;
  const many =
    config.datapointsToAlarm === undefined
      ? count(supporting.length, 'datapoint')
      : `${supporting.length} out of the last ${total} datapoints`;
  const verb = `${were(supporting.length)}${state === 'ALARM' ? '' : ' not'} ${comparisonWords(config.comparison)}`;
  const crossed = inline
    ? `${many} ${listed} ${verb} the threshold (${decimal(config.threshold)})`
    : `${many} ${verb} the threshold (${decimal(config.threshold)}). ` +
      `The most recent datapoints which crossed the threshold: ${listed}`;
  return `Threshold Crossed: ${crossed}${minimum(config, state)}.`;
}

/** `StateReasonData`: JSON with numbers as CloudWatch writes them (`1.0`). `evaluated` is newest first. */
export function reasonData(config: EvaluationConfig, evaluated: readonly Datapoint[], now: number): string {
  const received = evaluated.filter((point) => point.value !== null).toReversed();
  const oldest = received[0];
  return json([
    ['version', '"1.0"'],
    ['queryDate', quoted(timestamp(now))],
    ['startDate', oldest && quoted(timestamp(oldest.at))],
    ['unit', config.unit && quoted(config.unit)],
    ['statistic', quoted(config.statistic)],
    ['period', String(config.period)],
    ['recentDatapoints', `[${received.map(({ value }) => decimal(value ?? 0)).join(',')}]`],
    ['threshold', decimal(config.threshold)],
    ['evaluatedDatapoints', `[${evaluated.map(evaluatedDatapoint).join(',')}]`],
  ]);
}

/** `2025-05-15T15:31:44.984+0000`, the form of every timestamp inside CloudWatch's JSON. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

function evaluatedDatapoint(point: Datapoint): string {
  return json([
    ['timestamp', quoted(timestamp(point.at))],
    ['sampleCount', point.value === null ? undefined : decimal(point.sampleCount ?? 1)],
    ['value', point.value === null ? undefined : decimal(point.value)],
  ]);
}

/** What the state would have taken at least, said only by alarms that name their M. */
function minimum(config: EvaluationConfig, state: StateValue): string {
  if (config.datapointsToAlarm === undefined) return '';
  const toAlarm = state === 'ALARM';
  const least = toAlarm ? config.datapointsToAlarm : config.evaluationPeriods - config.datapointsToAlarm + 1;
  return ` (minimum ${count(least, 'datapoint')} for ${toAlarm ? 'OK -> ALARM' : 'ALARM -> OK'} transition)`;
}

function comparisonWords(comparison: Comparison): string {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return 'greater than';
    case 'GreaterThanOrEqualToThreshold':
      return 'greater than or equal to';
    case 'LessThanThreshold':
      return 'less than';
    case 'LessThanOrEqualToThreshold':
      return 'less than or equal to';
    default:
      return unreachable(comparison);
  }
}

/** `21.5 (15/05/25 15:29:00)` */
function written(point: RealDatapoint): string {
  const iso = new Date(point.at).toISOString();
  return `${decimal(point.value)} (${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)})`;
}

/** A number as Java prints a double, which is how CloudWatch prints it: `1.0`, `1.5E7`. */
function decimal(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}

function were(many: number): string {
  return many === 1 ? 'was' : 'were';
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function json(members: readonly (readonly [string, string | undefined])[]): string {
  const present = members.filter(([, value]) => value !== undefined && value !== '');
  return `{${present.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}
