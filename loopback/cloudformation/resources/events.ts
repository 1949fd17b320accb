import * as z from 'zod';
import { number, resourceType, text } from '../resource-type.ts';

const target = z.strictObject({
  Id: text,
  Arn: text,
  RoleArn: text.optional(),
  Input: text.optional(),
  InputPath: text.optional(),
  InputTransformer: z.strictObject({ InputPathsMap: z.record(text, text).optional(), InputTemplate: text }).optional(),
  DeadLetterConfig: z.strictObject({ Arn: text }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumEventAgeInSeconds: number.optional(), MaximumRetryAttempts: number.optional() })
    .optional(),
});

const ruleSchema = z.strictObject({
  Name: text.optional(),
  Description: text.optional(),
  EventPattern: z.record(text, z.unknown()).optional(),
  ScheduleExpression: text.optional(),
  State: text.optional(),
  Targets: z.array(target).default([]),
});

type Rule = z.output<typeof ruleSchema>;

export const rule = resourceType({
  schema: ruleSchema,
  named: 'Name',
  async create(properties, where, { aws }) {
    const { region } = where;
    const name = properties.Name ?? where.generatedName(64);
    const { RuleArn } = await aws.call('events', 'PutRule', ruleInput(properties, name), { region });
    await aws.call('events', 'PutTargets', { Rule: name, Targets: properties.Targets }, { region });
    return { id: name, attributes: { Arn: RuleArn } };
  },
  async update(properties, made, { region }, { aws }) {
    await aws.call('events', 'PutRule', ruleInput(properties, made.id), { region });
    const { Targets: before } = (await aws.call('events', 'ListTargetsByRule', { Rule: made.id }, { region })) as {
      readonly Targets: readonly { readonly Id: string }[];
    };
    const gone = before.map(({ Id }) => Id).filter((id) => !properties.Targets.some(({ Id }) => Id === id));
    if (gone.length > 0) await aws.call('events', 'RemoveTargets', { Rule: made.id, Ids: gone }, { region });
    await aws.call('events', 'PutTargets', { Rule: made.id, Targets: properties.Targets }, { region });
    return made;
  },
  async remove({ Targets }, { id }, { region }, { aws }) {
    await aws.call('events', 'RemoveTargets', { Rule: id, Ids: Targets.map(({ Id }) => Id) }, { region });
    await aws.call('events', 'DeleteRule', { Name: id }, { region });
  },
});

const ruleInput = ({ Description, EventPattern, ScheduleExpression, State }: Rule, Name: string) => ({
  Name,
  Description,
  ScheduleExpression,
  State: State ?? 'ENABLED',
  ...(EventPattern !== undefined && { EventPattern: JSON.stringify(EventPattern) }),
});
