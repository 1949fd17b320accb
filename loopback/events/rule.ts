import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../aws/service.ts';
import type { EventPattern } from './event-pattern.ts';

/** A rule of a default bus, with its targets by id. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly patternText: string | undefined;
  readonly pattern: EventPattern | undefined;
  readonly schedule: string | undefined;
  readonly rateSeconds: number | undefined;
  state: 'ENABLED' | 'DISABLED';
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  readonly targets: Map<string, Target>;
  timer: AbortController | undefined;
  /** How many events it sent on to its targets. */
  sent: number;
}

/** As DescribeRule has it. */
export function described(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: 'default',
    State: rule.state,
    ...(rule.patternText ? { EventPattern: rule.patternText } : {}),
    ...(rule.schedule ? { ScheduleExpression: rule.schedule } : {}),
    ...(rule.description ? { Description: rule.description } : {}),
    ...(rule.roleArn ? { RoleArn: rule.roleArn } : {}),
  };
}

export function byName(a: Rule, b: Rule): number {
  return a.name < b.name ? -1 : 1;
}

export function checkedName(name: string | undefined): string {
  if (!name || !/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
    throw invalid(`Rule name '${name ?? ''}' must match [\\.\\-_A-Za-z0-9]{1,64}`);
  }
  return name;
}

export function checkedState(state: string | undefined): Rule['state'] {
  if (state === undefined || state === 'ENABLED' || state === 'DISABLED') return state ?? 'ENABLED';
  throw invalid(`State ${state} is not played by the sandbox: ENABLED and DISABLED are.`);
}

/** A bus is named by its name or its ARN. */
export const isDefaultBus = (name: string | undefined): boolean =>
  name === undefined || name === 'default' || /^arn:[\w-]+:events:.*:event-bus\/default$/.test(name);

export function onlyDefaultBus(name: string | undefined): void {
  if (!isDefaultBus(name)) throw notFound(`Event bus ${name} does not exist.`);
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
