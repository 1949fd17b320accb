import { describe, expect, test } from 'vitest';
import { evaluateAlarm, evaluationRange } from '../../../loopback/cloudwatch/alarm-evaluation.ts';
import type { Datapoint, EvaluationConfig, MissingData } from '../../../loopback/cloudwatch/threshold.ts';

const start = Date.parse('2026-11-20T10:00:00Z');
const treatments: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

const config: EvaluationConfig = {
  comparison: 'GreaterThanThreshold',
  threshold: 10,
  evaluationPeriods: 3,
  treatMissingData: 'missing',
  statistic: 'Average',
  period: 60,
};

/** `0 - X`: good, missing, breaching; the newest last. */
function points(drawn: string): Datapoint[] {
  return drawn.split(' ').map((symbol, index) => ({
    at: start + index * 60_000,
    value: symbol === '-' ? null : symbol === 'X' ? 21 : 1,
    ...(symbol === '-' ? {} : { sampleCount: 1 }),
  }));
}

function states(drawn: string, datapointsToAlarm: number): string[] {
  return treatments.map((treatMissingData) => {
    const evaluation = evaluateAlarm(
      { ...config, datapointsToAlarm, treatMissingData },
      points(drawn),
      start + 300_000,
    );
    return evaluation?.state ?? 'retained';
  });
}

const insufficient = 'INSUFFICIENT_DATA';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, row by row. */
describe('the documented tables of missing data', () => {
  test.each([
    ['0 - X - X', ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', [insufficient, 'retained', 'ALARM', 'OK']],
    ['0 X X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', ['ALARM', 'retained', 'ALARM', 'OK']],
  ])('3 out of 3: %s', (drawn, expected) => {
    expect(states(drawn, 3)).toEqual(expected);
  });

  test.each([
    ['0 - X - X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', ['ALARM', 'retained', 'ALARM', 'OK']],
  ])('2 out of 3: %s', (drawn, expected) => {
    expect(states(drawn, 2)).toEqual(expected);
  });

  /** Rows of the page's earlier edition, and the cases that its text on premature alarms names. */
  test.each([
    ['- - - - X', 3, [insufficient, 'retained', 'ALARM', 'OK']],
    ['- - - X -', 3, [insufficient, 'retained', 'ALARM', 'OK']],
    ['X - - - -', 3, ['ALARM', 'retained', 'ALARM', 'OK']],
    ['- - - X 0', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - X - 0', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - X', 2, [insufficient, 'retained', 'ALARM', 'OK']],
    ['- - - X X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ])('%s with %i to alarm', (drawn, datapointsToAlarm, expected) => {
    expect(states(drawn, datapointsToAlarm)).toEqual(expected);
  });
});

describe('an alarm', () => {
  test('looks two periods further back than it compares, as the examples do', () => {
    expect(evaluationRange(3)).toBe(5);
    expect(evaluationRange(1)).toBe(3);
  });

  test.each([
    ['GreaterThanThreshold', ['OK', 'OK', 'ALARM']],
    ['GreaterThanOrEqualToThreshold', ['OK', 'ALARM', 'ALARM']],
    ['LessThanThreshold', ['ALARM', 'OK', 'OK']],
    ['LessThanOrEqualToThreshold', ['ALARM', 'ALARM', 'OK']],
  ] as const)('compares by %s', (comparison, expected) => {
    const at = (value: number) =>
      evaluateAlarm({ ...config, comparison, evaluationPeriods: 1 }, [{ at: start, value }], start)?.state;

    expect([at(9), at(10), at(11)]).toEqual(expected);
  });
});

describe('the reason', () => {
  const reason = (drawn: string, changes: Partial<EvaluationConfig> = {}) =>
    evaluateAlarm({ ...config, ...changes }, points(drawn), start + 300_000)?.reason;

  test.each([
    [
      '- - X',
      { evaluationPeriods: 1 },
      'Threshold Crossed: 1 datapoint [21.0 (20/11/26 10:02:00)] was greater than the threshold (10.0).',
    ],
    [
      '- - 0',
      { evaluationPeriods: 1 },
      'Threshold Crossed: 1 datapoint [1.0 (20/11/26 10:02:00)] was not greater than the threshold (10.0).',
    ],
    [
      'X X',
      { evaluationPeriods: 2 },
      'Threshold Crossed: 2 datapoints [21.0 (20/11/26 10:01:00), 21.0 (20/11/26 10:00:00)] were greater than the threshold (10.0).',
    ],
    [
      '- - X',
      { evaluationPeriods: 1, datapointsToAlarm: 1 },
      'Threshold Crossed: 1 out of the last 1 datapoints [21.0 (20/11/26 10:02:00)] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).',
    ],
    [
      'X 0 0',
      { datapointsToAlarm: 2 },
      'Threshold Crossed: 2 out of the last 3 datapoints [1.0 (20/11/26 10:02:00), 1.0 (20/11/26 10:01:00)] were not greater than the threshold (10.0) (minimum 2 datapoints for ALARM -> OK transition).',
    ],
    [
      'X X X X X',
      { evaluationPeriods: 5 },
      'Threshold Crossed: 5 datapoints were greater than the threshold (10.0). The most recent datapoints which crossed the threshold: [21.0 (20/11/26 10:04:00), 21.0 (20/11/26 10:03:00), 21.0 (20/11/26 10:02:00), 21.0 (20/11/26 10:01:00), 21.0 (20/11/26 10:00:00)].',
    ],
    [
      '- - -',
      { evaluationPeriods: 1, treatMissingData: 'breaching' },
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    ],
    [
      '- - - -',
      { evaluationPeriods: 2, treatMissingData: 'notBreaching' },
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].',
    ],
    [
      '- - X - -',
      { treatMissingData: 'breaching' },
      'Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were treated as [Breaching].',
    ],
    ['- - - - -', {}, 'Insufficient Data: 3 datapoints were unknown.'],
    ['- - -', { evaluationPeriods: 1 }, 'Insufficient Data: 1 datapoint was unknown.'],
  ] as const)('of %s is worded as CloudWatch words it', (drawn, changes, expected) => {
    expect(reason(drawn, changes)).toBe(expected);
  });

  test('carries the datapoints as JSON, newest first, and what was missing without a value', () => {
    const evaluation = evaluateAlarm(
      { ...config, evaluationPeriods: 2, unit: 'Percent', treatMissingData: 'breaching' },
      points('- - - X -'),
      start + 300_123,
    );

    expect(evaluation?.reasonData).toBe(
      '{"version":"1.0","queryDate":"2026-11-20T10:05:00.123+0000","startDate":"2026-11-20T10:03:00.000+0000",' +
        '"unit":"Percent","statistic":"Average","period":60,"recentDatapoints":[21.0],"threshold":10.0,' +
        '"evaluatedDatapoints":[{"timestamp":"2026-11-20T10:04:00.000+0000"},' +
        '{"timestamp":"2026-11-20T10:03:00.000+0000","sampleCount":1.0,"value":21.0}]}',
    );
  });

  test('prints great and small numbers as CloudWatch does', () => {
    const data = (value: number) =>
      evaluateAlarm({ ...config, evaluationPeriods: 1 }, [{ at: start, value }], start)?.reasonData;

    expect(data(12_345_678)).toContain('"recentDatapoints":[1.2345678E7]');
    expect(data(0.0001)).toContain('"recentDatapoints":[1.0E-4]');
    expect(data(-2.5)).toContain('"recentDatapoints":[-2.5]');
  });
});
