import { expect, test } from 'vitest';
import type { Template } from '../../infra/checks/template.ts';
import { validator } from './validator.ts';

const alarm = (change: object): Template => ({
  Resources: {
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        MetricName: 'm',
        Namespace: 'n',
        Period: 60,
        Statistic: 'Sum',
        Threshold: 1,
        ...change,
      },
    },
  },
});

test('AWS’s validator counts what AWS would refuse: names and values that a property cannot have', () => {
  using aws = validator();

  expect(aws.errorsIn(alarm({}))).toEqual([]);
  expect(aws.errorsIn(alarm({ TreatMissing: 'breaching' }))).toHaveLength(1);
  expect(aws.errorsIn(alarm({ TreatMissingData: 'Breaching' }))).toHaveLength(1);
});
