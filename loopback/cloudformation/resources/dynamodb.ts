import * as z from 'zod';
import { resourceType, text } from '../resource-type.ts';

const replica = z.strictObject({
  Region: text,
  DeletionProtectionEnabled: z.boolean().optional(),
  PointInTimeRecoverySpecification: z.strictObject({ PointInTimeRecoveryEnabled: z.boolean() }).optional(),
});

export const globalTable = resourceType({
  schema: z.strictObject({
    TableName: text.optional(),
    AttributeDefinitions: z.array(z.strictObject({ AttributeName: text, AttributeType: text })),
    KeySchema: z.array(z.strictObject({ AttributeName: text, KeyType: text })),
    BillingMode: z.literal('PAY_PER_REQUEST'),
    Replicas: z.array(replica).min(1),
    MultiRegionConsistency: z.enum(['STRONG', 'EVENTUAL']).optional(),
    GlobalTableWitnesses: z.array(z.strictObject({ Region: text })).optional(),
  }),
  unheld: { StreamSpecification: 'replicas are one store on loopback, and nobody reads the stream' },
  named: 'TableName',
  immutable: ['AttributeDefinitions', 'KeySchema'],
  async create({ TableName, AttributeDefinitions, KeySchema, BillingMode, Replicas }, where, { aws, tables }) {
    const { account, region } = where;
    const name = TableName ?? where.generatedName(255);
    tables.replicate(name, regionsOf(Replicas));
    await aws.call(
      'dynamodb',
      'CreateTable',
      { TableName: name, AttributeDefinitions, KeySchema, BillingMode },
      { region },
    );
    return { id: name, attributes: { Arn: `arn:aws:dynamodb:${region}:${account}:table/${name}` } };
  },
  async update({ Replicas }, made, _where, { tables }) {
    tables.replicate(made.id, regionsOf(Replicas));
    return made;
  },
  async remove(_, { id }, { region }, { aws }) {
    await aws.call('dynamodb', 'DeleteTable', { TableName: id }, { region });
  },
});

const regionsOf = (replicas: readonly z.output<typeof replica>[]) => replicas.map(({ Region }) => Region);
