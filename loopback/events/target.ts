import type { Target } from '@aws-sdk/client-eventbridge';
import { type Aws, AwsError, type Caller } from '../aws/service.ts';
import { unreachable } from '../unreachable.ts';
import type { EventEnvelope } from './event.ts';
import { checkTargetInput } from './target-input.ts';

/** What the sandbox can deliver to, told by the target's ARN. */
type TargetKind = 'state-machine' | 'function' | 'topic' | 'event-bus';

/**
 * Marks a PutEvents call between the sandbox's own buses: the event itself, which keeps its id, source, region and time.
 * It is a symbol, so that no caller from outside can forge an event of `aws.`.
 */
export const forwarded = Symbol('event forwarded by another bus');

/** Refuses targets that the sandbox could not deliver to, rather than lose what is sent to them. */
export function checkTarget(target: Target): void {
  const { Id: id = '', Arn: arn = '', RetryPolicy: retry = {} } = target;
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(id)) throw invalid(`Target id '${id}' must match [\\.\\-_A-Za-z0-9]{1,64}`);
  if (!/^arn:[\w-]+:[\w-]+:/.test(arn)) {
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  const kind = targetKind(arn);
  if (kind === null) {
    throw invalid(
      `Target ${arn} is not played by the sandbox: Step Functions state machines, Lambda functions, SNS topics and event buses are.`,
    );
  }
  if ((kind === 'state-machine' || kind === 'event-bus') && target.RoleArn === undefined) {
    throw invalid(`RoleArn is required for target ${arn}.`);
  }
  checkTargetInput(target);
  if (kind === 'event-bus' && (target.Input ?? target.InputPath ?? target.InputTransformer) !== undefined) {
    throw invalid(`The event of target ${id} cannot be shaped: an event bus gets the event itself.`);
  }
  const { MaximumRetryAttempts: attempts, MaximumEventAgeInSeconds: age } = retry;
  if (attempts !== undefined && (attempts < 0 || attempts > 185)) {
    throw invalid('MaximumRetryAttempts must be between 0 and 185.');
  }
  if (age !== undefined && (age < 60 || age > 86_400)) {
    throw invalid('MaximumEventAgeInSeconds must be between 60 and 86400.');
  }
  const queue = target.DeadLetterConfig?.Arn;
  if (queue !== undefined && !/^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]+$/.test(queue)) {
    throw invalid(`DeadLetterConfig of target ${id} must name a standard SQS queue.`);
  }
}

/** One attempt. Resolves when the target has taken it over; rejects with the target's error. */
export async function invoke(
  target: Target,
  { event, input, ruleArn }: { readonly event: EventEnvelope; readonly input: string; readonly ruleArn: string },
  aws: Aws,
): Promise<void> {
  const arn = target.Arn ?? '';
  const region = arn.split(':')[3] ?? '';
  const kind = targetKind(arn);
  const caller = callerFor(target, ruleArn);
  switch (kind) {
    case 'state-machine':
      await aws.call('states', 'StartExecution', { stateMachineArn: arn, input }, { region, caller });
      return;
    case 'function': {
      const Payload = new TextEncoder().encode(input);
      await aws.call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload }, { region, caller });
      return;
    }
    case 'topic':
      await aws.call('sns', 'Publish', { TopicArn: arn, Message: input }, { region, caller });
      return;
    case 'event-bus': {
      const entry = { Source: event.source, DetailType: event['detail-type'], Detail: JSON.stringify(event.detail) };
      await aws.call('events', 'PutEvents', { Entries: [entry], [forwarded]: event }, { region, caller });
      return;
    }
    case null:
      throw new Error(`no target of ${arn} should have been accepted`);
    default:
      unreachable(kind);
  }
}

/**
 * A target's role where it has one, else the resource's own policy is asked about the service.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
function callerFor({ RoleArn: roleArn }: Target, ruleArn: string): Caller {
  const session = ruleArn.slice(ruleArn.lastIndexOf('/') + 1);
  return roleArn === undefined
    ? { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn }
    : { kind: 'role', roleArn, session, takenBy: 'events.amazonaws.com' };
}

export function isEventBus(target: Target): boolean {
  return targetKind(target.Arn ?? '') === 'event-bus';
}

function targetKind(arn: string): TargetKind | null {
  const resource = arn.replace(/^arn:[\w-]+:/, '');
  if (/^states:[\w-]+:\d{12}:stateMachine:.+$/.test(resource)) return 'state-machine';
  if (/^lambda:[\w-]+:\d{12}:function:.+$/.test(resource)) return 'function';
  if (/^sns:[\w-]+:\d{12}:[^:]+$/.test(resource)) return 'topic';
  if (/^events:[\w-]+:\d{12}:event-bus\/default$/.test(resource)) return 'event-bus';
  return null;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
