import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Topics } from './topics.ts';

/** Who publishes to encrypted topics needs their key as well. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export const usesKeyOf = ({ key }: Topics): readonly PolicyStatement[] =>
  key === undefined
    ? []
    : [new PolicyStatement({ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key.keyArn] })];
