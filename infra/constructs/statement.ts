import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Permission } from '../../deployment/permission.ts';

export const statementOf = ({ actions, resources, conditions }: Permission): PolicyStatement =>
  new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions !== undefined && { conditions: { ...conditions } }),
  });

/**
 * The same, a part of the resources in each: the CDK spreads the policies of a role over as many as IAM takes, and never takes a
 * statement apart. A managed policy takes 6,144 characters, and an ARN of a routing control has some 130.
 */
export const statementsOf = (permission: Permission): readonly PolicyStatement[] => {
  const { resources } = permission;
  const parts = Array.from({ length: Math.max(1, Math.ceil(resources.length / partMax)) }, (_, part) =>
    resources.slice(part * partMax, (part + 1) * partMax),
  );
  return parts.map((part) => statementOf({ ...permission, resources: part }));
};

const partMax = 20;

export const writesLog = ({ logGroupArn }: LogGroup): PolicyStatement =>
  statementOf({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn] });
