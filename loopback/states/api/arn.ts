import { AwsError } from '../../aws/service.ts';

export const stateMachineArn = (region: string, account: string, name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;

export const executionArn = (region: string, account: string, machine: string, name: string): string =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;

/** Refuses what is no ARN of this kind of resource, in the service's words. */
export function checkArn(arn: string, kind: 'stateMachine' | 'execution'): void {
  if (!arn.startsWith('arn:')) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const [, , service, , , type, ...rest] = arn.split(':');
  if (service !== 'states') throw invalidArn(`Invalid service in ARN: ${service}`);
  if (type !== kind) throw invalidArn(`Resource type not valid in this context: ${type}`);
  if (rest.length === 0 || rest.includes('')) throw invalidArn(`Invalid ARN: ${arn}`);
}

const invalidArn = (why: string): AwsError => new AwsError('InvalidArn', `Invalid Arn: '${why}'`);

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#StepFunctions-StartExecution-request-name */
export function checkName(name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the service refuses control characters.
  if (name.length >= 1 && name.length <= 80 && !/[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name))
    return;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}
