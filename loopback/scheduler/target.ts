import type { Aws, Caller } from '../aws/service.ts';

/** What a schedule starts. */
export interface ScheduleTarget {
  /** Of a Lambda function, or of a state machine or an alias of one. */
  readonly arn: string;
  readonly roleArn: string;
  readonly input: string;
  readonly deadLetterQueue: string | undefined;
  readonly retries: number;
  readonly longestAgeSeconds: number;
}

const functionPattern = /^arn:aws:lambda:[\w-]+:\d{12}:function:/;
const machinePattern = /^arn:aws:states:[\w-]+:\d{12}:stateMachine:/;

export const isPlayed = (arn: string): boolean => functionPattern.test(arn) || machinePattern.test(arn);

/** One attempt. Resolves when the target has taken it over; rejects with the target's error. */
export async function startTarget(
  aws: Aws,
  arn: string,
  input: string,
  by: { readonly region: string; readonly caller: Caller },
): Promise<void> {
  if (machinePattern.test(arn)) {
    await aws.call('states', 'StartExecution', { stateMachineArn: arn, input }, by);
    return;
  }
  const Payload = new TextEncoder().encode(input);
  await aws.call('lambda', 'Invoke', { FunctionName: arn, InvocationType: 'Event', Payload }, by);
}
