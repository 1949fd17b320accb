import { parameterArn } from '../aws/parameters.ts';
import type { Call } from '../aws/service.ts';

/**
 * What is asked for where a secret is read. A policy names one by its ARN, which ends in six characters that no caller knows:
 * it is asked for with such an end.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
export const secretReads: Readonly<
  Record<string, (input: Readonly<Record<string, unknown>>, call: Call) => { action: string; resource: string }>
> = {
  'ssm GetParameter': ({ Name }, call) => ({ action: 'ssm:GetParameter', resource: parameterArn(String(Name), call) }),
  'secretsmanager GetSecretValue': ({ SecretId }, { region, account }) => {
    const id = String(SecretId);
    const resource = id.startsWith('arn:') ? id : `arn:aws:secretsmanager:${region}:${account}:secret:${id}-AAAAAA`;
    return { action: 'secretsmanager:GetSecretValue', resource };
  },
};
