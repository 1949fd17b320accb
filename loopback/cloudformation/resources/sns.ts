import * as z from 'zod';
import { resourceType, text, texts } from '../resource-type.ts';

const document = z.record(z.string(), z.unknown());

export const topic = resourceType({
  schema: z.strictObject({ TopicName: text.optional(), KmsMasterKeyId: text.optional(), DisplayName: text.optional() }),
  named: 'TopicName',
  async create({ TopicName, KmsMasterKeyId, DisplayName }, where, { aws, iam }) {
    const { region } = where;
    const Name = TopicName ?? where.generatedName(256);
    const Attributes = DisplayName === undefined ? {} : { DisplayName };
    const { TopicArn } = await aws.call('sns', 'CreateTopic', { Name, Attributes }, { region });
    const arn = String(TopicArn);
    iam.encrypt(arn, KmsMasterKeyId);
    return { id: arn, attributes: { TopicArn: arn, TopicName: Name } };
  },
  async update({ KmsMasterKeyId }, made, _where, { iam }) {
    iam.encrypt(made.id, KmsMasterKeyId);
    return made;
  },
  async remove(_, { id }, { region }, { aws, iam }) {
    iam.encrypt(id, undefined);
    iam.deleteResourcePolicy(id, 'topic');
    await aws.call('sns', 'DeleteTopic', { TopicArn: id }, { region });
  },
});

export const topicPolicy = resourceType({
  schema: z.strictObject({ PolicyDocument: document, Topics: texts.min(1) }),
  async create({ PolicyDocument, Topics }, { logicalId, stack }, { iam }) {
    for (const arn of Topics) iam.putResourcePolicy(arn, 'topic', PolicyDocument);
    return { id: `${stack}-${logicalId}`, attributes: {} };
  },
  async update({ PolicyDocument, Topics }, made, _where, { iam }, before) {
    for (const arn of before.Topics) iam.deleteResourcePolicy(arn, 'topic');
    for (const arn of Topics) iam.putResourcePolicy(arn, 'topic', PolicyDocument);
    return made;
  },
  async remove({ Topics }, _made, _where, { iam }) {
    for (const arn of Topics) iam.deleteResourcePolicy(arn, 'topic');
  },
});
