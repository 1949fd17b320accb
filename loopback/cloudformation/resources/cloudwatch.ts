import * as z from 'zod';
import { boolean, number, resourceType, text, texts } from '../resource-type.ts';

const actions = {
  AlarmName: text.optional(),
  AlarmDescription: text.optional(),
  ActionsEnabled: boolean.optional(),
  AlarmActions: texts.optional(),
  OKActions: texts.optional(),
  InsufficientDataActions: texts.optional(),
};

/** The operation says what it does not play: metric math, anomaly detection, percentiles. */
export const alarm = resourceType({
  schema: z.strictObject({
    ...actions,
    Namespace: text,
    MetricName: text,
    Dimensions: z.array(z.strictObject({ Name: text, Value: text })).optional(),
    Statistic: text.optional(),
    Unit: text.optional(),
    Period: number,
    EvaluationPeriods: number,
    DatapointsToAlarm: number.optional(),
    Threshold: number,
    ComparisonOperator: text,
    TreatMissingData: text.optional(),
  }),
  named: 'AlarmName',
  create: put('PutMetricAlarm'),
  update: (properties, made, where, providers) =>
    put('PutMetricAlarm')({ ...properties, AlarmName: made.id }, where, providers),
  remove: deleteAlarm,
});

export const compositeAlarm = resourceType({
  schema: z.strictObject({ ...actions, AlarmRule: text }),
  named: 'AlarmName',
  create: put('PutCompositeAlarm'),
  update: (properties, made, where, providers) =>
    put('PutCompositeAlarm')({ ...properties, AlarmName: made.id }, where, providers),
  remove: deleteAlarm,
});

type Create = Parameters<typeof resourceType>[0]['create'];

function put(operation: 'PutMetricAlarm' | 'PutCompositeAlarm') {
  return async (
    properties: { readonly AlarmName?: string | undefined },
    where: Parameters<Create>[1],
    { aws }: Parameters<Create>[2],
  ) => {
    const { account, region } = where;
    const AlarmName = properties.AlarmName ?? where.generatedName(255);
    await aws.call('cloudwatch', operation, { ...properties, AlarmName }, { region });
    return { id: AlarmName, attributes: { Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}` } };
  };
}

async function deleteAlarm(
  _: unknown,
  { id }: { readonly id: string },
  { region }: Parameters<Create>[1],
  { aws }: Parameters<Create>[2],
): Promise<void> {
  await aws.call('cloudwatch', 'DeleteAlarms', { AlarmNames: [id] }, { region });
}
