import * as z from 'zod';
import { isPlayed } from '../../scheduler/target.ts';
import { ResourceError } from '../error.ts';
import type { Providers } from '../providers.ts';
import { type Made, number, resourceType, text, type Where } from '../resource-type.ts';

const scheduleSchema = z.strictObject({
  Name: text.optional(),
  State: z.literal('ENABLED').optional(),
  ScheduleExpression: text,
  ScheduleExpressionTimezone: text.optional(),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  Target: z.strictObject({
    Arn: text,
    RoleArn: text,
    Input: text.default('{}'),
    DeadLetterConfig: z.strictObject({ Arn: text }).optional(),
    RetryPolicy: z
      .strictObject({
        MaximumEventAgeInSeconds: number.default(86_400),
        MaximumRetryAttempts: number.default(185),
      })
      .optional(),
  }),
});

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const defaultRetry = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

export const schedule = resourceType({
  schema: scheduleSchema,
  unheld: { Description: 'shown in consoles alone' },
  named: 'Name',
  create: (properties, where, providers) =>
    put(properties, properties.Name ?? where.generatedName(64), where, providers),
  update: (properties, { id }, where, providers) => put(properties, id, where, providers),
  async remove(_, { id }, { region }, { scheduler }) {
    scheduler.delete(id, region);
  },
});

async function put(
  { ScheduleExpression, ScheduleExpressionTimezone, Target }: z.output<typeof scheduleSchema>,
  name: string,
  { account, region }: Where,
  { scheduler, iam }: Providers,
): Promise<Made> {
  if (!isPlayed(Target.Arn)) {
    throw new ResourceError(`target ${Target.Arn} is not played on loopback: Lambda functions and state machines are`);
  }
  if (!iam.mayAssume(Target.RoleArn, 'scheduler.amazonaws.com', { 'aws:sourceaccount': [account] })) {
    throw new ResourceError('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
  }
  const arn = `arn:aws:scheduler:${region}:${account}:schedule/default/${name}`;
  const retry = Target.RetryPolicy ?? defaultRetry;
  scheduler.put({
    name,
    region,
    arn,
    expression: ScheduleExpression,
    timeZone: ScheduleExpressionTimezone,
    target: {
      arn: Target.Arn,
      roleArn: Target.RoleArn,
      input: Target.Input,
      deadLetterQueue: Target.DeadLetterConfig?.Arn,
      retries: retry.MaximumRetryAttempts,
      longestAgeSeconds: retry.MaximumEventAgeInSeconds,
    },
  });
  return { id: name, attributes: { Arn: arn } };
}
