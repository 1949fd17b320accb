import { unreachable } from '../unreachable.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';
export type Comparison =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** What decides an alarm's state, whatever metric it watches. */
export interface EvaluationConfig {
  readonly comparison: Comparison;
  readonly threshold: number;
  /** N: how many datapoints are compared. */
  readonly evaluationPeriods: number;
  /** M, where the alarm names it: how many of them must breach. All N where it does not. */
  readonly datapointsToAlarm?: number | undefined;
  readonly treatMissingData: MissingData;
  readonly statistic: string;
  /** Seconds, as configured; a tempo does not change it. */
  readonly period: number;
  readonly unit?: string | undefined;
}

/** One period of the evaluation range. `value` is null where nothing was reported. */
export interface Datapoint {
  /** When the period began, in milliseconds since 1970. */
  readonly at: number;
  readonly value: number | null;
  readonly sampleCount?: number;
}

export type RealDatapoint = Datapoint & { readonly value: number };

export function breaches(config: EvaluationConfig, value: number): boolean {
  switch (config.comparison) {
    case 'GreaterThanThreshold':
      return value > config.threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= config.threshold;
    case 'LessThanThreshold':
      return value < config.threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= config.threshold;
    default:
      return unreachable(config.comparison);
  }
}
