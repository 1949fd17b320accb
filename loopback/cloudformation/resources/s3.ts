import * as z from 'zod';
import { resourceType, text } from '../resource-type.ts';

const arnOf = (name: string): string => `arn:aws:s3:::${name}`;

export const bucket = resourceType({
  schema: z.strictObject({ BucketName: text.optional() }),
  unheld: {
    BucketEncryption: 'nothing is really encrypted on loopback',
    LifecycleConfiguration: 'no object grows days old on loopback',
    OwnershipControls: 'objects have no access lists of their own',
    PublicAccessBlockConfiguration: 'nobody is let in but by policies',
    Tags: 'nobody looks at tags',
  },
  named: 'BucketName',
  async create({ BucketName }, { region, generatedName }, { buckets }) {
    const name = BucketName ?? generatedName(63).toLowerCase();
    buckets.create({ name, region });
    return {
      id: name,
      attributes: {
        Arn: arnOf(name),
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    };
  },
  async update(_, made) {
    return made;
  },
  async remove(_, { id }, _where, { buckets }) {
    buckets.delete(id);
  },
});

export const bucketPolicy = resourceType({
  schema: z.strictObject({ Bucket: text, PolicyDocument: z.record(z.string(), z.unknown()) }),
  immutable: ['Bucket'],
  async create({ Bucket, PolicyDocument }, { logicalId, stack }, { iam }) {
    iam.putResourcePolicy(arnOf(Bucket), 'bucket', PolicyDocument);
    return { id: `${stack}-${logicalId}`, attributes: {} };
  },
  async update({ Bucket, PolicyDocument }, made, _where, { iam }) {
    iam.putResourcePolicy(arnOf(Bucket), 'bucket', PolicyDocument);
    return made;
  },
  async remove({ Bucket }, _made, _where, { iam }) {
    iam.deleteResourcePolicy(arnOf(Bucket), 'bucket');
  },
});
