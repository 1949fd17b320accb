import * as z from 'zod';
import { number, resourceType, text, texts } from '../resource-type.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const defaultRetentionSeconds = 345_600;

export const queue = resourceType({
  schema: z.strictObject({ QueueName: text.optional(), MessageRetentionPeriod: number.optional() }),
  unheld: { SqsManagedSseEnabled: 'nothing is really encrypted on loopback' },
  named: 'QueueName',
  async create({ QueueName, MessageRetentionPeriod = defaultRetentionSeconds }, where, { queues }) {
    const { account, region } = where;
    const name = QueueName ?? where.generatedName(80);
    const arn = queues.create({ name, region, retentionMs: MessageRetentionPeriod * 1_000 });
    const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    return { id: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  },
  async update({ MessageRetentionPeriod = defaultRetentionSeconds }, made, _where, { queues }) {
    queues.retain(String(made.attributes['Arn']), MessageRetentionPeriod * 1_000);
    return made;
  },
  async remove(_, { attributes }, _where, { queues }) {
    queues.delete(String(attributes['Arn']));
  },
});

export const queuePolicy = resourceType({
  schema: z.strictObject({ PolicyDocument: z.record(z.string(), z.unknown()), Queues: texts.min(1) }),
  async create({ PolicyDocument, Queues }, { account, logicalId, stack }, { iam }) {
    for (const url of Queues) iam.putResourcePolicy(arnOf(url, account), 'queue', PolicyDocument);
    return { id: `${stack}-${logicalId}`, attributes: {} };
  },
  async update({ PolicyDocument, Queues }, made, { account }, { iam }, before) {
    for (const url of before.Queues) iam.deleteResourcePolicy(arnOf(url, account), 'queue');
    for (const url of Queues) iam.putResourcePolicy(arnOf(url, account), 'queue', PolicyDocument);
    return made;
  },
  async remove({ Queues }, _made, { account }, { iam }) {
    for (const url of Queues) iam.deleteResourcePolicy(arnOf(url, account), 'queue');
  },
});

function arnOf(url: string, account: string): string {
  const { hostname, pathname } = new URL(url);
  return `arn:aws:sqs:${hostname.split('.')[1]}:${account}:${pathname.split('/').at(-1)}`;
}
