import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Permission } from '../permissions.ts';

export const statementOf = ({ actions, resources, conditions }: Permission): PolicyStatement =>
  new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions: { ...conditions } }),
  });
