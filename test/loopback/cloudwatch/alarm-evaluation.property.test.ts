import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateAlarm } from '../../../loopback/cloudwatch/alarm-evaluation.ts';
import type { EvaluationConfig, MissingData } from '../../../loopback/cloudwatch/threshold.ts';

const treatments: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** An alarm M of N, and a range with good (0), breaching (1) and missing (null) periods, the newest last. */
const cases = fc
  .record({ evaluationPeriods: fc.integer({ min: 1, max: 6 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .chain(({ evaluationPeriods, share }) =>
    fc.record({
      evaluationPeriods: fc.constant(evaluationPeriods),
      datapointsToAlarm: fc.constant(1 + Math.floor(share * (evaluationPeriods - 1))),
      values: fc.array(fc.constantFrom(0, 1, null), {
        minLength: evaluationPeriods + 2,
        maxLength: evaluationPeriods + 2,
      }),
    }),
  );

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function evaluate({ evaluationPeriods, datapointsToAlarm, values }: Case, treatMissingData: MissingData) {
  const config: EvaluationConfig = {
    comparison: 'GreaterThanThreshold',
    threshold: 0.5,
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData,
    statistic: 'Maximum',
    period: 60,
  };
  const range = values.map((value, index) => ({ at: index * 60_000, value }));
  return evaluateAlarm(config, range, values.length * 60_000)?.state ?? 'retained';
}

const received = ({ values }: Case) => values.filter((value) => value !== null);

test('what is missing does not matter while enough was received', () => {
  fc.assert(
    fc.property(cases, (one) => {
      fc.pre(received(one).length >= one.evaluationPeriods);
      expect(new Set(treatments.map((treatment) => evaluate(one, treatment))).size).toBe(1);
    }),
  );
});

test('enough breaching datapoints are an alarm whatever is missing', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const newest = received(one).slice(-one.evaluationPeriods);
      fc.pre(newest.filter((value) => value === 1).length >= one.datapointsToAlarm);
      for (const treatment of treatments) expect(evaluate(one, treatment)).toBe('ALARM');
    }),
  );
});

test('only an alarm that treats what is missing as missing has insufficient data, and only one that ignores it keeps its state', () => {
  fc.assert(
    fc.property(cases, (one) => {
      for (const treatment of treatments) {
        const state = evaluate(one, treatment);
        if (state === 'INSUFFICIENT_DATA') expect(treatment).toBe('missing');
        if (state === 'retained') expect(treatment).toBe('ignore');
      }
    }),
  );
});

test('without a breaching datapoint only missing ones that count as breaching are an alarm', () => {
  fc.assert(
    fc.property(cases, (one) => {
      fc.pre(!one.values.includes(1));
      for (const treatment of treatments) {
        if (evaluate(one, treatment) === 'ALARM') expect(treatment).toBe('breaching');
      }
    }),
  );
});
